"""A text is in the language of its feed, unless it is long and clearly in another."""

from datetime import UTC, datetime

import pytest

from digest.ingest.article import compose
from digest.text.language import base, detect
from digest.text.sentences import quotable_spans
from digest.text.words import terms

SENTENCES = {
    "en": "The ferry to the island sailed again on Monday, and the skipper said that it was a calm crossing for all of them.",
    "de": "Die Fähre zur Insel ist am Montag wieder gefahren, und der Kapitän sagte, dass es für alle eine ruhige Fahrt war.",
    "fr": "Le bac pour l'île a repris la mer lundi, et le capitaine a dit que la traversée était calme pour tous les passagers.",
    "es": "El barco a la isla volvió a salir el lunes, y el capitán dijo que la travesía fue tranquila para todos los que iban.",
    "it": "Il traghetto per l'isola è ripartito lunedì, e il capitano ha detto che la traversata è stata calma per tutti.",
    "pt": "O barco para a ilha voltou a sair na segunda-feira, e o capitão disse que a viagem foi calma para todos os passageiros.",
    "nl": "De veerboot naar het eiland voer maandag weer, en de kapitein zei dat het voor iedereen een rustige overtocht was.",
    "sv": "Färjan till ön gick igen på måndagen, och kaptenen sade att det var en lugn resa för alla som var med.",
    "pl": "Prom na wyspę znów wypłynął w poniedziałek, a kapitan powiedział, że rejs był spokojny dla wszystkich i że nie bał się o kozy.",
    "cs": "Trajekt na ostrov v pondělí opět vyplul a kapitán řekl, že to byla klidná plavba pro všechny, kteří se jí zúčastnili.",
    "fi": "Lautta saarelle lähti taas maanantaina, ja kapteeni sanoi että matka oli rauhallinen, mutta vuohi ei ollut iloinen siitä.",
    "hu": "A komp hétfőn újra elindult a szigetre, és a kapitány azt mondta, hogy az út nyugodt volt, de a kecske nem örült.",
    "ro": "Feribotul spre insulă a plecat din nou luni, iar căpitanul a spus că a fost o călătorie liniștită pentru toți cei care sunt pe insulă.",
    "tr": "Adaya giden vapur pazartesi günü yeniden sefere çıktı ve kaptan bu yolculuk için çok sakin bir gün olduğunu, daha sonra da çıkacağını söyledi.",
    "id": "Kapal ke pulau itu berlayar lagi pada hari Senin, dan kapten mengatakan bahwa perjalanan ini tenang untuk semua orang yang ikut.",
    "tl": "Bumiyahe muli ang barko sa isla noong Lunes, at sinabi ng kapitan na tahimik ang paglalakbay para sa mga sakay nito.",
    "mi": "I hoki anō te waka ki te motu i te Mane, ā, e ai ki te kāpene he pai te haere mō ngā tāngata katoa o te kaipuke.",
    "vi": "Chuyến phà ra đảo đã chạy lại vào thứ hai, và thuyền trưởng nói đây là một chuyến đi yên bình cho những người trên tàu.",
    "ru": "Паром на остров снова вышел в понедельник, и капитан сказал, что это был спокойный рейс для всех, кто был на борту.",
    "uk": "Пором на острів знову вийшов у понеділок, і капітан сказав, що це був спокійний рейс для всіх, хто був на борту.",
    "el": "Το πλοίο για το νησί ξεκίνησε πάλι τη Δευτέρα και ο καπετάνιος είπε ότι το ταξίδι ήταν ήρεμο.",
    "ar": "أبحرت العبارة إلى الجزيرة مرة أخرى يوم الاثنين، وقال القبطان إن الرحلة كانت هادئة على كل من كان في السفينة هذا اليوم.",
    "he": "המעבורת לאי הפליגה שוב ביום שני, ורב החובל אמר שההפלגה הייתה רגועה לכולם.",
    "hi": "द्वीप के लिए नौका सोमवार को फिर चली और कप्तान ने कहा कि यह यात्रा सब के लिए शांत थी और आगे भी होगी।",
    "zh": "前往该岛的渡轮星期一再次启航，船长说这次航行对所有人来说都很平静，只有一只山羊不高兴。",
    "ja": "島へのフェリーは月曜日に再び出航し、船長は全員にとって穏やかな航海だったと語った。",
    "ko": "섬으로 가는 여객선이 월요일에 다시 출항했고 선장은 모두에게 평온한 항해였다고 말했다.",
    "th": "เรือข้ามฟากไปยังเกาะออกเดินทางอีกครั้งในวันจันทร์และกัปตันกล่าวว่าการเดินทางราบรื่น",
}  # fmt: skip


@pytest.mark.parametrize("language", SENTENCES)
def test_a_text_is_recognized_whatever_its_feed_says(language: str) -> None:
    for expected in ("en-NZ", "de", "ko-KR", "zh"):
        found = detect(SENTENCES[language], expected)
        assert found == (expected if base(expected) == language else language)


@pytest.mark.parametrize("language", SENTENCES)
def test_what_the_feed_says_is_kept_with_its_region(language: str) -> None:
    assert detect(SENTENCES[language], f"{language}-XX") == f"{language}-XX"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "12, 13, 14: 15 % (16) – 17.18; 19 20 21 22 23 24 25 26 27 28 29 30",
        "Die Hard: Des Moines",
        "Le Pen, Macron: la dernière ligne droite",
        "Angela Merkel trifft Emmanuel Macron in Berlin",
        "El Niño y La Niña",
        "“Ang Lee”",
        "Kia ora koutou katoa",
        "東京",
        "Москва",
    ],
)
def test_short_texts_are_what_their_feed_says(text: str) -> None:
    assert detect(text, "en-GB") == "en-GB"


@pytest.mark.parametrize(
    "text",
    [
        "U.S. futures, U.S. stocks and U.S. bonds mixed to lower as U.S. traders await U.S. data in the U.S. session",
        "Te Whatu Ora and Te Pūkenga told te ao Māori reporters that the kaupapa of the iwi had the support of the hapū in Te Tai Tokerau",
        "Real Madrid de La Liga, Los Angeles, Las Vegas, San Francisco, El Paso, La Paz, Los Alamos: a tour of the names that the Spanish left",
        "Jean-Claude Van Damme, Vincent van Gogh and Ludwig van Beethoven met the Duke of Alba at the Rue de la Paix and in the Place de la Concorde",
        "Said Ali, a shopkeeper: „Ja, das ist gut.“ It is what everybody says in this town, and it is what they have said for a hundred years.",
        "Sa isla: The ferry to the island sailed again on Monday, ang sabi ng kapitan, and it was a calm crossing for all of them.",
    ],
)  # fmt: skip
def test_names_and_mixed_texts_stay_english(text: str) -> None:
    assert detect(text, "en") == "en"


def test_spellings_of_one_language_are_one() -> None:
    """A feed that says `nb`, `fil` or `iw` is right, and keeps its word."""
    norwegian = "Ferga til øya gikk igjen på mandag, og kapteinen sa at det var en rolig tur for alle som var med."
    assert detect(norwegian, "nb-NO") == "nb-NO"
    assert detect(norwegian, "en") == "no"
    assert detect(SENTENCES["tl"], "fil-PH") == "fil-PH"
    assert detect(SENTENCES["he"], "iw") == "iw"
    assert (base("pt_BR"), base("EN-gb"), base("fil"), base("mri")) == ("pt", "en", "tl", "mi")


def test_neighbours_of_a_language_that_is_not_known_are_not_taken_for_it() -> None:
    """Of a language without a list nothing is known but its script, so that more has to speak for another."""
    occitan = "Lo batèu cap a l'illa partiguèt tornarmai diluns, e lo capitani diguèt que lo viatge foguèt tranquil per totes los que i anavan."
    assert detect(occitan, "oc") == "oc"
    assert detect(SENTENCES["en"], "oc") == "en"


def test_an_article_has_the_language_of_its_text() -> None:
    """Whatever its feed says; and its sentences are split by the rules of that."""
    article = compose(
        id="a", outlet="Courier", title="Fähre", url=None, published=None, day_only=False, author=None, language="en",
        seen=datetime(2026, 11, 20, tzinfo=UTC), paragraphs=[SENTENCES["de"], "Das gilt z. B. für Dr. Weber. Am 3. Mai war Schluss."],
    )  # fmt: skip
    assert article.language == "de"
    assert [span.of(article.text) for span in article.sentences][1:] == [
        "Das gilt z. B. für Dr. Weber.",
        "Am 3. Mai war Schluss.",
    ]


@pytest.mark.parametrize("language", ["tl", "fil-PH", "mi", "zh", "ar", "xx", "", "x", "und", "en_GB", "zh-Hant-TW", "sr-Latn"])  # fmt: skip
def test_any_code_has_sentences_and_words(language: str) -> None:
    for text in (*SENTENCES.values(), "", "?", "a b"):
        assert terms(text, language) == terms(text, language.upper())
        spans = quotable_spans(text, language)
        assert "".join(span.of(text) for span in spans).replace(" ", "") in text.replace(" ", "")
