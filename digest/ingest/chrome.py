"""What web pages and feeds put around a text, as tables: English first, the commonest of German, French and Spanish.

Every pattern is matched against a whole line on which white space is folded. An entry belongs here if it stands on
pages of many publishers and is hardly ever a whole line of a text's own.
"""

import re

_END = r"[\s.:!…→»›>|]*$"


def _lines(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{'|'.join(alternatives)}){_END}", re.IGNORECASE)


_MENU = (
    "home homepage menu navigate navigation search login register subscribe subscriptions newsletter newsletters "
    "podcasts podcast videos video contact about company blog careers jobs advertise privacy terms cookies help "
    "support faq sitemap account profile news world politics business economy tech technology science health "
    "sports sport culture entertainment lifestyle opinion travel topics categories tags archive sections research "
    "tools resources products pricing docs documentation events shop store sources community press legal imprint "
    "sign log status all more startseite impressum datenschutz kontakt anmelden suche politik wirtschaft kultur "
    "wissenschaft accueil connexion recherche économie inicio contacto buscar política economía deportes"
)
# Entries of menus and footers. One alone proves nothing ("Business" may be a heading), so that rules count them.
MENU_WORDS = frozenset(_MENU.split())

# Buttons, links, players, forms and counters: lines that are dropped wherever they stand.
WIDGETS = _lines(
    r"(?:back to )?(?:home|homepage|top|start|startseite|accueil|inicio)",
    r"(?:main |site )?(?:menu|navigation)|navigate|skip to (?:main )?content|search|close|open menu",
    r"(?:sign|log) (?:in|up|out)|login|register|subscribe(?: now| today)?|my account|anmelden|se connecter",
    r"(?:contact|about)(?: us)?|privacy(?: policy)?|terms(?: of (?:use|service))?|cookie (?:policy|settings)|impressum",
    r"share|share this(?: \w+)?|share (?:on|via|with|to) [\w ,&/()+-]{2,60}|teilen|partager|compartir|tweet|pin it",
    r"(?:copy|get) (?:the )?link|link copied|e-?mail|print|save|bookmark|facebook|twitter|x|linkedin|whatsapp|reddit"
    r"|telegram|instagram|youtube|tiktok|threads|bluesky|mastodon|pinterest",
    r"(?:like|follow|join) us(?: on [\w ,&]{1,60})?|follow",
    r"advertisement|advertising|sponsored(?: content)?|promoted|anzeige|werbung|publicité|publicidad|ad",
    r"(?:previous|next)(?: (?:article|post|story|page))?|(?:load|show|see|view) (?:all|more)|view comments",
    r"(?:(?:leave|post|write|add) a )?(?:comments?|reply)|comments? ?\(\d+\)|\d+ comments?|no comments(?: yet)?"
    r"|(?:\d+|keine|aucun|sin) (?:kommentare?|commentaires?|comentarios?)(?: \(.{1,60}\))?|discuss"
    r"|(?:comments|kommentare|commentaires|comentarios)(?: (?:total|insgesamt))? ?[:(] ?\d+\)?",
    r"[\d.,]+[kKmM]? ?(?:views?|shares?|likes?|reads?|points?)",
    r"\d+ ?/ ?\d+(?: characters?)?",
    r"\d+ ?(?:-|–)? ?min(?:ute)?s?(?: read)?|(?:estimated )?reading time:? .{1,20}|\d+ min(?:uten)? lesezeit",
    r"loading(?: the)?(?: player| comments| more)?|(?:play|pause|mute|unmute)(?: video| audio)?"
    r"|(?:listen to|hear) this (?:article|story)(?: .{1,30})?|(?:your browser|this browser) does not support .{1,60}",
    r"\d{1,2}:\d{2}(?: ?/ ?\d{1,2}:\d{2})?",
    r"all rights reserved|(?:©|copyright) .{1,80}",
    r"accept(?: all)?(?: cookies)?|reject(?: all)?|(?:we|this site) uses? cookies .{0,200}",
    r"scores?:? \d+ ?/ ?\d+",
    r"(?:notas?|noticias|artículos) relacionad[oa]s|schon gelesen\?|kommentierte artikel|beiträge aus dem forum"
    r"|(?:mehr|weitere artikel|weitere informationen) zum thema(?: auf .{1,40})?|top-themen(?: (?:bei|auf) .{1,40})?"
    r"|(?:contact|kontakt|contacto|weitere informationen|further information|release date)\s?:"
    r"|ten tekst przeczytasz w .{1,40}",
)

# "News | Sport | Shop": a row of links.
LINK_ROW = re.compile(r"^[^|]{1,60}(?: \| [^|]{1,60}){2,}$")

# "Media score 7/10": a rating badge.
BADGE = re.compile(r"^(?:[^\W\d_][\w'’-]*\s+){1,5}\d{1,3}\s?/\s?\d{1,3}$")

# "Source: Evening Post", "Tags: trams, buses": a label with what it labels, on a line of its own.
FIELD = re.compile(
    r"^(?:source|sources|via|photos?|images?|picture|credits?|illustration|video|tags?|tagged|topics?|keywords"
    r"|filed under|categor(?:y|ies)|posted (?:in|by|on)|published(?: (?:on|by|in))?|(?:last )?updated|modified|date"
    r"|authors?|written by|edited by|reviewed by|reading time|share|comments|quelle|foto|bild|autor|stand"
    r"|schlagw(?:o|ö)rter|auteur|publié le|mis à jour|fuente|etiquetas|autor|publicado"
    r"|kategorien?|catégories?|categorías?)\s?:\s?\S|^(?:tel(?:efon|ephone|éfono|éphone)?|phone|fax)\s?:\s?[+(\d]",
    re.IGNORECASE,
)
BYLINE = re.compile(
    r"^(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or)(?: [A-ZÀ-Þ][\w'’.-]+){1,4}(?:(?:,| and| und| et| y) .{1,60})?$"
)

# "Listen on Apple Podcasts": buttons whose text is often glued to what follows once a page is copied as text.
BUTTON_HEAD = re.compile(
    r"^(?:(?:Listen|Watch|Subscribe|Follow(?: us)?|Share|Available|Get it|Download)\s*(?:on|via|in)\s*(?:the\s+)?"
    r"(?:Apple Podcasts|Apple News|Spotify|YouTube Music|YouTube|Google Podcasts|Google News|Google Play|App Store"
    r"|Amazon Music|Overcast|Pocket Casts|SoundCloud|Stitcher|TuneIn|iHeartRadio|Deezer|RSS|Facebook|Twitter|LinkedIn"
    r"|WhatsApp|Telegram|Reddit|Instagram|TikTok)\s*[|·•,]?\s*)+(?=[A-Z0-9\"“‘'À-Þ]|$)"
)

# Headings of zones that point to other texts.
TEASERS = _lines(
    r"you (?:may|might|could|will)(?: also| even)? (?:like|love|enjoy|be interested in|have missed)(?: these)?",
    r"(?:you )?(?:may|might) also be interested in",
    r"related(?: (?:articles?|stor(?:y|ies)|posts?|contents?|news|reading|links?|coverage|topics?|videos?|reads))?",
    r"more (?:like this|stories|news|articles|posts|to read|to explore|coverage)",
    r"more (?:from|on|in|about) [\w&'’-]+(?: [\w&'’-]+){0,4} ?",
    r"recommended(?: (?:for you|stories|articles|reading|posts|videos))?|recommendations",
    r"(?:read|up|see) (?:next|also)|what to read next|further reading|also read|don['’]t miss",
    r"(?:most|trending|popular|latest|recent|top|similar)(?: (?:read|popular|viewed|shared|now|stories|articles|posts"
    r"|news|topics|videos|headlines))+|trending|editors?['’]?s? (?:picks?|choice)",
    r"mehr zum thema|lesen sie auch|auch interessant|das könnte sie (?:auch )?interessieren|weitere (?:artikel|themen)",
    r"(?:à )?lire aussi|sur le même (?:sujet|thème)|vous aimerez aussi|articles (?:liés|similaires)",
    r"(?:también )?te puede interesar|lee también|(?:noticias|artículos) relacionad[oa]s",
)

# "Read more: Trams return to the harbour": one teaser between paragraphs, its headline on the same line.
POINTER = re.compile(
    r"^\W*(?:read (?:more|also|next)|also read|see also|watch|related|more|lesen sie (?:auch|hier|mehr)|mehr dazu"
    r"|siehe auch|(?:à )?lire aussi|à lire|voir aussi|le[ae](?: más)?|mirá?"
    r"|(?:lea|lee|vea|ver|leia|veja) (?:también|además|mais)"
    r"|(?:le |te )?puedes? (?:ver|leer|interesar)|mire|czytaj też|leggi anche|lees ook)\s?[:»]\s.{1,250}$",
    re.IGNORECASE,
)
# "Photo: Jane Doe / Agency", "(Credit: Jane Doe)": who took a picture that is not in the text.
CREDIT = re.compile(
    r"^[(\[]?(?:(?:(?:image |photo |picture )?(?:credits?|courtesy)|photos?|fotos?|(?:titel)?bild(?:er|quelle)?"
    r"|crédits? photos?|copyright|image illustrative)\s?[:–/-]"
    r"|photos? by\s|fot\.\s|©).{1,120}$",
    re.IGNORECASE,
)
# Invitations to give an address, or to follow: whole paragraphs in the imperative.
SIGN_UP = re.compile(
    r"^(?:(?:click here to )?(?:sign up|subscribe)|never miss|join our|follow us|like us|s[ií]guenos|get (?:the|our)"
    r"|receive|stay up.to.date|abonnieren sie|melden sie sich|abonnez-vous|inscrivez-vous|suscríbete|for the latest"
    r"|lust auf mehr|únete|do you want to be informed|melde dich)"
    r"\b.{0,200}\b(?:newsletters?|inbox|e-?mails?|alerts?|notifications?|channel|canal|apps?|facebook|twitter|instagram|telegram"
    r"|whatsapp|linkedin|youtube|best content|postfach|posteingang|sign up)\b.{0,120}$",
    re.IGNORECASE,
)

# What stands in a text's place for those who may not read it, or would have to let others watch: whole paragraphs.
BARRIER = re.compile(
    r"^(?:to (?:view|read|continue reading) (?:the (?:full|whole|rest of (?:the|this)) )?(?:story|article)\b.{0,40}"
    r"\b(?:subscribe|log in|sign in|register)\b"
    r"|if you(?:['’]re| are) (?:seeing this message|already a subscriber)\b"
    r"|subscribe (?:now|today) .{0,60}\b(?:full story|full access|unlimited)\b"
    r"|pour (?:lire la suite|accéder) .{0,80}\b(?:compte|articles|abonn\w+)\b"
    r"|du musst eingeloggt sein\b|sie müssen (?:eingeloggt|angemeldet) sein\b"
    r"|(?:klicken sie auf|click (?:on )?the) .{0,40}\b(?:button|schaltfläche)\b.{0,60}\b(?:laden|load|display)\b)",
    re.IGNORECASE,
)

# Publishers that earn on links have to say so, in much the same words everywhere.
DISCLOSURE = re.compile(
    r"\b(?:we|i|our (?:site|team)|this (?:site|page|post|article))\b.{0,60}\b(?:earns?|receives?|get|contains?)"
    r"\b.{0,60}\b(?:commissions?|qualifying purchases|affiliate links?|referral fees?)\b"
    r"|\b(?:we|i) (?:may|might) receive compensation\b"
    r"|\bas an? (?:amazon )?(?:affiliate|associate)\b.{0,40}\bearns?\b",
    re.IGNORECASE,
)

# "Our channel: https://...", "#trams #buses": link lists and hashtags below descriptions of videos and posts.
LINK_LIST = re.compile(r"^(?:.{0,80}\shttps?://\S{1,300}|https?://\S{1,300}|(?:[#@]\w{2,40}[\s,]*){1,30})$")

# Links onward. `→` and its kind end a link that leads away from the text.
ARROW_LINK = re.compile(r"^[^«]{1,120}\s[→»›⟶➔]$")
FEED_TAILS = _lines(
    r"the post .{1,400}(?:first )?appeared first on .{1,200}",
    r"this (?:article|post|story) (?:was )?(?:originally |first )(?:published|appeared|posted) .{1,300}",
    r"(?:continue|keep) reading(?:\W.{0,200})?|read (?:more|on|further)(?:\W.{0,200})?|more\W*",
    r"read (?:the )?(?:full|entire|whole|rest|original|complete)\b.{0,200}|view (?:the )?(?:full|original)\b.{0,100}",
    r"\W*(?:comments|permalink|link|source|original)\W*|comment on this (?:article|story|post)",
    r"(?:article|comments) url: .{1,400}|points: \d+|# comments: \d+",
    r"submitted by /?u/\S+.{0,80}",
    r"der beitrag .{1,400}erschien zuerst (?:auf|bei) .{1,200}|weiterlesen(?:\W.{0,200})?|mehr lesen",
    r"(?:l['’]article|cet article) .{1,400}est apparu en premier sur .{1,200}|lire la suite(?:\W.{0,200})?|lire plus",
    r"la entrada .{1,400}(?:se publicó|apareció) primero en .{1,200}|(?:leer|seguir) (?:más|leyendo)(?:\W.{0,200})?",
)
TWO_SENTENCES = re.compile(r"[.!?]\s+[A-ZÀ-Þ].*[.!?]\s+[A-ZÀ-Þ]")


def is_feed_tail(line: str) -> bool:
    """Is it a feed's own last line? A paragraph of three sentences that begins with "Read more" is a text's."""
    return len(line) < 600 and FEED_TAILS.match(line) is not None and not TWO_SENTENCES.search(line)


# The same behind the last sentence of a paragraph.
FEED_TAIL_INLINE = re.compile(
    r"(?<=[.!?…\])\"”’])\s*\(?\[?(?:Continue reading|Keep reading|Read more|Read the full story|Weiterlesen|Mehr lesen"
    r"|Lire la suite|Leer más|Seguir leyendo)\]?\)?\s*(?:\.{3}|…|→|»|›|&raquo;|>+)?\s*$"
)

# A text about the text: two of these in one paragraph near the end make it a legal notice.
NOTICES = (
    re.compile(
        r"\ball rights (?:are )?reserved\b|\brights (?:and \w+ )?belong to\b|\bcontent and rights\b", re.IGNORECASE
    ),
    re.compile(r"\bdo(?:es)? not (?:necessarily )?(?:represent|reflect|constitute)\b", re.IGNORECASE),
    re.compile(r"\bviews? (?:and opinions? )?(?:of|expressed)\b", re.IGNORECASE),
    re.compile(r"\bcurat(?:es?|ed) \b", re.IGNORECASE),
    re.compile(r"\bindependently (?:written|produced|selected)\b", re.IGNORECASE),
    re.compile(r"\boriginal (?:publisher|source|article|content)\b|\b(?:originally|first) published\b", re.IGNORECASE),
    re.compile(r"\b(?:terms of (?:use|service)|privacy policy)\b", re.IGNORECASE),
    re.compile(r"\b(?:informational|educational) purposes\b|\b(?:financial|investment|legal) advice\b", re.IGNORECASE),
    re.compile(r"©|\bcopyright\b", re.IGNORECASE),
)
