"""Twenty stories of three outlets each, as seed files: an issue as large as most will ever be."""

from pathlib import Path

# Where, who, what, how much: words that no two stories share, so that none are taken for one.
STORIES = (
    ("Arnsted", "ferry", "Ines Aldervane", "Varnholm ferries carry passengers free of charge", "14 million crowns"),
    ("Bexmoor", "library", "Tomas Reyle", "flooded library shelves reopen after drying", "40,000 books"),
    ("Calder", "battery", "Yusra Bello", "sodium battery charges within nine minutes", "312 prototypes"),
    ("Dunhollow", "orchard", "Pete Okafor", "apple orchard survives late frost", "1,900 trees"),
    ("Eskmouth", "lighthouse", "Colm Adair", "lighthouse keeper retires as lamp turns electric", "94 steps"),
    ("Fairwick", "hospital", "Nadia Ferrant", "hospital ward swaps pagers for telephones", "620 nurses"),
    ("Gorsley", "quarry", "Emil Vance", "granite quarry becomes swimming lake", "37 hectares"),
    ("Hexbridge", "theatre", "Leonie Strand", "puppet theatre tours prisons", "58 performances"),
    ("Ivelcombe", "glacier", "Rurik Sand", "glacier survey finds hidden valley", "212 metres"),
    ("Jarrowby", "bakery", "Okke Brandt", "sourdough bakery wins strike vote", "73 bakers"),
    ("Kilnport", "satellite", "Mira Tessel", "weather satellite loses antenna", "six orbits"),
    ("Lodeham", "mosquito", "Anselm Grey", "mosquito nets cut malaria cases", "41 percent"),
    ("Marlow Vale", "tramway", "Dora Quint", "tramway extension reaches university campus", "11 stops"),
    ("Nettlebury", "beaver", "Hollis Petra", "beaver dams calm winter floods", "nine dams"),
    ("Oxhaven", "telescope", "Vik Sorensen", "radio telescope hears pulsar stutter", "0.3 seconds"),
    ("Pellworth", "cathedral", "Agnes Moll", "cathedral organ restored with cedar pipes", "3,204 pipes"),
    ("Quarndale", "cyclist", "Bram Ilsley", "cyclist crosses desert without support", "2,480 kilometres"),
    ("Ravenskeld", "aquifer", "Sunniva Dahl", "aquifer permit limits chip maker", "8 million gallons"),
    ("Stowmere", "volcano", "Kaito Mori", "volcano sensors warn villages early", "27 minutes"),
    ("Thornlea", "museum", "Lucie Amand", "museum returns bronze masks", "16 masks"),
)
OUTLETS = ("Civic Wire (sample)", "The Northmoor Ledger (sample)", "Tidewater Review (sample)")
HEADINGS = {
    "Coast": ("Arnsted", "Eskmouth", "Fairwick", "Oxhaven"),
    "Works": ("Calder", "Kilnport", "Gorsley", "Ravenskeld"),
}
ANGLES = (
    """{cap} in {place}, officials said on Monday. The {thing} programme, led by {who}, counts {much} so far.
“We promised the {thing} to {place}, and {place} has its {thing},” said {who}. The council of {place} meets again on the
{thing} in March.""",
    """{place} has staked its name on a {thing}, and nobody has shown that it will pay. Critics of the {thing} in {place}
warn that {much} is a figure without a source. “The {thing} is a risk that {place} cannot afford,” said the auditor of
{place}. It is unclear who pays for the {thing} after two years.""",
    """For {place} the {thing} is the best news in a generation: {what}, and {much} speak for {who}. Shopkeepers in {place}
praise the {thing}. By next autumn {place} expects visitors from three countries, because of its {thing}.""",
)
TITLES = ("{cap} in {place}", "The {thing} of {place}: who pays when {what}?", "{place} shows how {what}")


def write_seeds(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Sixty seed files into a new folder. Returns the sections of an edition that tells them."""
    folder.mkdir()
    for number, (place, thing, who, what, much) in enumerate(STORIES):
        words = {
            "place": place,
            "thing": thing,
            "who": who,
            "what": what,
            "much": much,
            "cap": what[0].upper() + what[1:],
        }
        for outlet, angle, title in zip(OUTLETS, ANGLES, TITLES, strict=True):
            head = {
                "outlet": outlet, "title": title.format(**words), "published": f"2026-11-{10 + number % 9}T0{number % 8}:15:00Z",
                "author": f"Reporter {number}", "url": f"https://example.org/{place.lower().replace(' ', '-')}/{outlet[:3].lower().strip()}",
            }  # fmt: skip
            lines = "\n".join(f'{key}: "{value}"' for key, value in head.items())
            file = folder / f"{number:02}-{outlet.split()[1].lower()}.md"
            file.write_text(f"---\n{lines}\n---\n\n{angle.format(**words)}\n", "utf-8")
    return {name: {"words": [*places]} for name, places in HEADINGS.items()}
