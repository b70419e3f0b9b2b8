"""Names of wire services and of well-known media: whom texts name when they say where the news comes from.

Names only, each once, the usual one first; the list is short, and whoever is not on it is known by the articles of a
story or by the shape of the name ("... Times").
"""

import re
from functools import cache, lru_cache

# What others print under their own name. The marks of datelines are among the names.
WIRES = tuple(
    tuple(names.split("|"))
    for names in (
        "Reuters|Thomson Reuters|Thomson Reuters Foundation|Reuters Health",
        "Associated Press|AP|AP News",
        "Agence France-Presse|AFP|Agence France Presse",
        "dpa|Deutsche Presse-Agentur|dpa-AFX",
        "PA Media|Press Association|PA|PA News Agency",
        "United Press International|UPI",
        "Bloomberg|Bloomberg News",
        "The Canadian Press|Canadian Press|La Presse Canadienne",
        "Australian Associated Press|AAP",
        "Austria Presse Agentur|APA",
        "Keystone-SDA|sda|Schweizerische Depeschenagentur|ATS",
        "ANSA",
        "EFE|Agencia EFE",
        "Europa Press",
        "Lusa",
        "Belga",
        "ANP",
        "Ritzau",
        "NTB",
        "STT",
        "PAP|Polska Agencja Prasowa",
        "CTK|ČTK",
        "MTI",
        "TASS",
        "Interfax",
        "RIA Novosti",
        "Ukrinform",
        "Anadolu Agency|Anadolu",
        "Xinhua|Xinhua News Agency",
        "Kyodo|Kyodo News",
        "Jiji Press|Jiji",
        "Yonhap|Yonhap News Agency",
        "Press Trust of India|PTI",
        "Asian News International|ANI",
        "Indo-Asian News Service|IANS",
        "Bernama",
        "SID|Sport-Informations-Dienst",
        "epd|Evangelischer Pressedienst",
        "KNA|Katholische Nachrichten-Agentur",
        "PR Newswire|PRNewswire",
        "Business Wire|BusinessWire",
        "GlobeNewswire|Globe Newswire",
        "CNN Newsource|CNN Wire",
    )
)
MEDIA = tuple(
    tuple(names.split("|"))
    for names in (
        "BBC|BBC News|British Broadcasting Corporation|bbc.co.uk",
        "CNN|Cable News Network",
        "NPR|National Public Radio",
        "PBS|PBS NewsHour",
        "NBC|NBC News",
        "MSNBC",
        "CNBC",
        "CBS|CBS News",
        "ABC News",
        "Fox News|Fox News Channel",
        "Fox Business",
        "Sky News",
        "Channel 4 News",
        "ITV News|ITV",
        "CBC|CBC News",
        "CTV News",
        "RNZ|Radio New Zealand",
        "RTE|RTÉ",
        "Al Jazeera",
        "Deutsche Welle|DW",
        "France 24",
        "Euronews",
        "Voice of America|VOA",
        "Radio Free Europe/Radio Liberty|RFE/RL|Radio Free Europe",
        "The New York Times|NYT|nytimes.com",
        "The Washington Post|WaPo",
        "The Wall Street Journal|WSJ",
        "USA Today",
        "Los Angeles Times|LA Times",
        "Chicago Tribune",
        "The Boston Globe",
        "San Francisco Chronicle",
        "New York Post|nypost.com",
        "New York Daily News",
        "The New Yorker",
        "New York Magazine",
        "Vanity Fair",
        "Newsweek",
        "The Atlantic|theatlantic.com",
        "Politico",
        "Axios",
        "ProPublica",
        "The Intercept",
        "The Daily Beast",
        "The Daily Caller",
        "Breitbart|Breitbart News",
        "National Review",
        "The Hill",
        "HuffPost|Huffington Post",
        "BuzzFeed News|BuzzFeed",
        "Business Insider",
        "Forbes",
        "Barron's",
        "Financial Times",
        "The Economist",
        "The Guardian|theguardian.com",
        "The Daily Telegraph",
        "The Sunday Times",
        "The Daily Mail|Daily Mail|MailOnline",
        "The Daily Mirror",
        "The Independent",
        "Daily Express",
        "Evening Standard|London Evening Standard|The Standard",
        "Indian Express|The Indian Express",
        "Financial Express",
        "Liverpool Echo",
        "Business Standard",
        "Christian Broadcasting Network",
        "Courier Mail|The Courier-Mail|Courier-Mail",
        "Harvard Business Review",
        "MIT Technology Review",
        "The Irish Times",
        "Globe and Mail|The Globe and Mail",
        "Toronto Star",
        "Sydney Morning Herald|smh.com.au",
        "South China Morning Post|SCMP",
        "The Times of India",
        "Haaretz",
        "TechCrunch",
        "The Verge",
        "The Information|theinformation.com",
        "Ars Technica",
        "Engadget",
        "CNET",
        "ZDNet",
        "VentureBeat",
        "Gizmodo",
        "9to5Mac",
        "MIT Technology Review",
        "404 Media",
        "Der Spiegel|Spiegel",
        "Die Zeit|zeit.de",
        "Süddeutsche Zeitung|SZ|sueddeutsche.de",
        "Frankfurter Allgemeine Zeitung|FAZ",
        "Handelsblatt",
        "Bild-Zeitung|Bild am Sonntag",
        "Welt am Sonntag",
        "Tagesschau",
        "Deutschlandfunk",
        "ARD",
        "ZDF",
        "NDR",
        "WDR",
        "ORF",
        "SRF",
        "Neue Zürcher Zeitung|NZZ",
        "Le Monde",
        "Le Figaro",
        "Libération",
        "Le Parisien",
        "Les Echos|Les Échos",
        "Mediapart",
        "Franceinfo",
        "BFMTV|BFM TV",
        "Europe 1",
        "France Inter",
        "El País",
        "El Mundo",
        "La Vanguardia",
        "La Repubblica",
        "Corriere della Sera",
        "Nikkei|Nikkei Asia",
        "NHK",
        "Yomiuri Shimbun",
        "Asahi Shimbun",
        "Global Times",
    )
)

_ARTICLE = re.compile(r"(?:the|die|der|das)\s+(?=\S)")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}[a-z]{2,12}")
_DOUBLE = frozenset("co com net org ac gov edu ne or".split())  # before a country's own ending
_PORTALS = frozenset("www m mobile amp edition news feeds feed rss".split())
_DROPPED = re.compile(r"[^\w]+|_")


@lru_cache(maxsize=10_000)
def name_key(name: str) -> str:
    """What spellings of one name have in common: no case, article, possessive, punctuation, and of a host its label."""
    folded = name.casefold().replace("’", "'").strip()
    if _HOST.fullmatch(folded):
        return _DROPPED.sub("", host_label(folded))
    folded = _ARTICLE.sub("", folded, count=1) if _ARTICLE.match(folded) else folded
    return _DROPPED.sub("", folded.removesuffix("'s"))


def is_host(name: str) -> bool:
    """Is it written like the name of a web server?"""
    return _HOST.fullmatch(name.casefold()) is not None


def host_label(host: str) -> str:
    """The label of a host that names its owner: techcrunch of www.techcrunch.com, bbc of news.bbc.co.uk."""
    labels = host.casefold().rstrip(".").split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _DOUBLE:
        del labels[-2:]
    elif len(labels) > 1:
        del labels[-1]
    return labels[-1]


@cache
def known_names() -> dict[str, str]:
    """The usual name of each wire service and medium, by the key of every name that it has."""
    return {name_key(name): names[0] for names in (*WIRES, *MEDIA) for name in names}


@cache
def wire_names() -> dict[str, str]:
    """The same of wire services alone."""
    return {name_key(name): names[0] for names in WIRES for name in names}
