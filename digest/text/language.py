"""A text in, the tag of its language out: what its feed's configuration says, unless the text is clearly another's.

Scripts tell most languages apart, and the commonest small words the rest: they make up a quarter to a half of any
prose and hardly anything of another language's. No model, so nothing to load; short texts are not judged.
"""

import re
from collections import Counter
from functools import lru_cache
from itertools import chain

_ENOUGH_WORDS = 12  # fewer say too little: names, headlines
_ENOUGH_LETTERS = 24  # of a script that has one language
_HEAD = 2_000  # characters that are read; a text is in one language
_SMALL = 0.12  # share of small words from which a text may be in a language [chosen on news of 2020 and the pages' set]
_TIMES = 2  # as many of them as of the expected language; if that has no list, as of any other: relatives share them
_DISTINCT = 3  # different small words: one that recurs may be a name

# No initials ("U.S.") and no ends of words ("it's"), which are small words elsewhere. Vowel signs are
# letters here.
_WORD = re.compile(r"[\u0900-\u0963]+|(?<!['’])[^\W\d_]{2,}|(?<!['’.])[^\W\d_](?![.'’])")
# The same for our purpose: how feeds write a language, and the one whose words are listed below.
_ALIAS = {
    "nb": "no", "nn": "no", "fil": "tl", "ms": "id", "bs": "hr", "sh": "hr", "mri": "mi", "iw": "he", "in": "id",
    "ji": "yi", "cmn": "zh", "yue": "zh",
}  # fmt: skip
# Ranges of letters, and the languages written with them, the one meant if no other is expected first.
_SCRIPTS = (
    ("A-Za-zÀ-ɏḀ-ỿ", "latin"),
    ("Ѐ-ԯ", "cyrillic"),
    ("\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff", "arabic"),
    ("\u0900-\u097f", "devanagari"),
    ("\u3040-\u30ff", "ja"),
    ("\uac00-\ud7af\u1100-\u11ff", "ko"),
    ("\u3400-\u4dbf\u4e00-\u9fff", "han"),
    ("Ͱ-Ͽἀ-῿", "el"),
    ("\u0590-\u05ff", "hebrew"),
    ("\u0530-\u058f", "hy"),
    ("\u10a0-\u10ff", "ka"),
    ("\u0980-\u09ff", "bengali"),
    ("\u0a00-\u0a7f", "pa"),
    ("\u0a80-\u0aff", "gu"),
    ("\u0b80-\u0bff", "ta"),
    ("\u0c00-\u0c7f", "te"),
    ("\u0c80-\u0cff", "kn"),
    ("\u0d00-\u0d7f", "ml"),
    ("\u0d80-\u0dff", "si"),
    ("\u0e00-\u0e7f", "th"),
    ("\u0e80-\u0eff", "lo"),
    ("\u1000-\u109f", "my"),
    ("\u1200-\u137f", "ethiopic"),
    ("\u1780-\u17ff", "km"),
)
_LETTERS = re.compile("|".join(f"(?P<{name}>[{letters}])" for letters, name in _SCRIPTS))
_WRITTEN_IN = {"han": ("zh", "ja"), "hebrew": ("he", "yi"), "bengali": ("bn", "as"), "ethiopic": ("am", "ti")}
_SMALL_WORDS = {
    "latin": {
        "af": "die van het en is in nie om vir wat met op hy sy as ook aan maar dit te deur hulle was 'n sal",
        "ca": "de la el que i a els les en per amb és una un del al no més van ha dels com aquest pel són",
        "cs": "a v se na je že o s z do to i ve jako pro by za k si jsem po jsou jeho ale podle které který",
        "cy": "yn y i a o ar yr ei mae ac wedi am eu oedd fod hyn bod ond gan ni mewn ym",
        "da": "og i at er en til af det på for med de den har ikke der som et om fra var vil ved men også",
        "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an hat aus er "
              "wir sie bei noch nach einen einer einem wie um wird werden sind aber so oder",
        "en": "the of and to in a is that for it on was with as be by at from his he has are this have an not but "
              "they will you we who said i their her she or which were its been had one",
        "es": "de la que el en y a los del se las por un para con no una su al es lo como más pero sus ha",
        "et": "ja on ei et ta see oli kui ka ning oma mis aga või ma kes seda nad selle veel tema pole nii",
        "eu": "eta da du ez bat ere izan dute zen dela egin dira zuen baina hau edo egiten bere den dituzte",
        "fi": "ja on ei että oli se hän mutta ovat kun joka ole kuin sen mukaan jos tai jo vain mitä olla voi jotka "
              "myös sitä tämä",
        "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son",
        "ga": "an na agus ar a i go le is do ag bhí sé tá nach ach sin bhfuil siad ó leis mar",
        "gl": "de a o que e do da en os un se no unha as para por con na non dos das máis como ao foi",
        "hr": "i u je se na da za su od s a o kako će iz koji ne što to bi sam ili nije kao do ali koja",
        "hu": "a az és hogy nem is egy ez volt de meg csak s vagy minden már van még ezt ami "
              "mint azt aki el kell ha szerint",
        "id": "yang dan di ini itu dengan untuk dari dalam tidak akan pada juga ke ada karena kepada oleh saat telah "
              "sudah bisa adalah mereka",
        "is": "að og í á er sem til var um við ekki en það með af fyrir hann þess eru hafa frá þá eftir",
        "it": "di e il la che in un a per è una del della non con si le da i dei al più sono alla ha anche nel gli",
        "lt": "ir į kad yra buvo iš su tai ne apie bet jau nuo po kaip jis ar dėl taip pat savo prie jo",
        "lv": "un ir ka no ar par uz bija kas tas bet arī lai pie nav pēc tā kā viņš jau gan savu tika",
        "mi": "te ki o e i a he ka ngā nga kia ko mō ana tētahi me ko ai tēnei rātou ka nei hoki mai",
        "nl": "de van het een en in is dat op te zijn met voor niet die aan er om ook als maar door naar heeft bij",
        "no": "og i det er på til som en å for av at med de har ikke den et om var men seg vi fra også ble etter",
        "pl": "w i na z się nie do że to jest o za po jak od przez ale dla co tym oraz który są jego czy tak",
        "pt": "de a que o e do da em um para com não uma os no se na por mais as dos foi ao pela sua são das",
        "ro": "de în și a la cu că pe din nu care o un este au pentru mai sunt ce fost să se fi al prin ale şi",
        "sk": "a v sa na je že o s z do to aj vo ako pre by za k si sme po sú jeho ale podľa ktoré ktorý",
        "sl": "in je v na se da za so ki pa z ne po kot ni tudi s od bi še bil je pri lahko ali smo do",
        "so": "iyo ee in oo ka ku waxa waxaa uu ay soo ayaa la ah si kale waa wuxuu oo dhan isaga",
        "sq": "të e në dhe i për me që një nga se është ka nuk do u si më ai edhe këtë kanë janë",
        "sv": "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi",
        "sw": "ya na wa kwa ni katika la za kuwa cha hii yake hiyo alisema huyo ambao bila kama lakini baada pia",
        "tl": "ang ng sa na mga ay at si ni kay para hindi ito nang may pa ko kung siya din rin niya sila po daw "
              "kanilang dahil "
              "mula isang ilang nasa kaya naman pero wala mas ngayon lang niyang kanyang pang sila bago upang umano",
        "tr": "ve bir bu da de için ile olarak çok daha ne gibi olan en var sonra kadar ama değil o her ise",
        "vi": "và của là có không được các người cho một trong với những này đã đến khi để ra cũng từ như",
    },
    "cyrillic": {
        "be": "і ў на не што з да у як гэта па за ад але для яго быў пра якія таксама яны ён было",
        "bg": "на и в да за се от е с че не са по ще като до това при които му към си беше след",
        "kk": "және бір бұл да де мен үшін деп осы ол болып бар қазақстан болды жылы туралы емес",
        "mk": "на и во да се од за е со дека не ќе што го ги по како а ја тоа беше до при",
        "ru": "и в не на что с по к как из у за от о для это а его но он был они так все же при",
        "sr": "и у је се на да за су од с а о како ће из који не што то би сам или није као до али",
        "uk": "і в на не що з у до та як за про від це для його але по був який вони також є щоб",
    },
    "arabic": {
        "ar": "في من على أن إلى التي عن مع هذا الذي ما لا بعد هذه كان قال كما بين أو ان خلال كانت",
        "fa": "در به از که این را با است برای آن یک خود تا شد بر هم نیز کرد وی های می شده",
        "ps": "په د او چې کې ته له دی یې سره دي هغه شوي کړي وو دا نه یو",
        "ur": "کے میں کی کا سے اور ہے کو نے پر کہ اس یہ ہیں بھی کر گیا نہیں تھا ایک لیے ہو",
    },
    "devanagari": {
        "hi": "के में की है और से का को पर ने कि यह भी नहीं हैं एक कर लिए हो इस था गया",
        "mr": "आणि आहे या च्या ही तर हा मध्ये आहेत होते नाही असे केली व त्या ते होता झाली मात्र",
        "ne": "को र मा छ लाई पनि भएको गर्न हो ले गरेको छन् भने यो तर नेपाल हुने एक गरे थियो",
    },
}  # fmt: skip
_LISTS = {
    script: {language: frozenset(words.split()) for language, words in listed.items()}
    for script, listed in _SMALL_WORDS.items()
}
_KNOWN = frozenset(chain(*_LISTS.values(), *_WRITTEN_IN.values(), (name for _, name in _SCRIPTS)))


@lru_cache(maxsize=1024)
def base(language: str) -> str:
    """The language of a tag, without its region: two letters where there are any, and one spelling of several."""
    first = re.split("[-_]", language.lower(), maxsplit=1)[0]
    return _ALIAS.get(first, first)


def detect(text: str, expected: str) -> str:
    """`expected` as it stands, or the ISO 639-1 code of another language if `text` is long and clearly in that."""
    head = text[:_HEAD]
    letters = Counter(match.lastgroup or "" for match in _LETTERS.finditer(head))
    if not letters:
        return expected
    # Japanese is mostly written in Han characters, with a good part of its own between them.
    script = "ja" if letters["ja"] * 5 > letters["han"] and letters["ja"] else letters.most_common(1)[0][0]
    own = base(expected)
    if script in _LISTS:
        found = _by_words(head, script, own)
    elif 2 * (letters[script] + letters["han"] * (script == "ja")) > letters.total() >= _ENOUGH_LETTERS:
        found = own if own in (written := _WRITTEN_IN.get(script, (script,))) else written[0]
    else:
        found = own
    return expected if found == own else found


def _by_words(text: str, script: str, own: str) -> str:
    """The language, of those of a script, whose small words make up most of `text`, or `own` if that is in doubt."""
    words = [word.casefold() for word in _WORD.findall(text)]
    if len(words) < _ENOUGH_WORDS:
        return own
    counts = Counter(words)
    shares = {
        language: sum(counts[word] for word in listed) / len(words) for language, listed in _LISTS[script].items()
    }
    best = max(shares, key=lambda language: (shares[language], language))
    rival = shares.get(own, 0.0) if own in _KNOWN else sorted(shares.values())[-2]
    clear = shares[best] >= max(_SMALL, _TIMES * rival)
    return best if clear and len(counts.keys() & _LISTS[script][best]) >= _DISTINCT else own
