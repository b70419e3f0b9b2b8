"""Words that show what somebody thinks of something, by group. General words of English, of no topic and no set.

A cue is an evaluation, a doubt or a praise, not bad or good news: "collapse", "killed" or "record" are no cues, for
they are reported plainly every day. What is either (`setback`: "the brakes failed", "the plan failed") says something
only beside a cue that is an evaluation. `against` and `for` name an attitude that may be somebody else's ("the union
condemns"): they tell where a speaker stands, and nothing about an outlet, which reports them.
"""

_NOT = "(?:cannot|can not|could not|(?:ca|could)n['’]t)"
_DISLIKE = (
    "condemn|denounce|deplore|decry|hate|loathe|detest|despise|abhor|resent|dislike|distrust|disapprove|protest|"
    "oppose|reject|disagree|object"
)

# Where two groups begin at one place, the first one has it.
GROUPS = {
    # looks like a cue and is none
    "void": (
        "no doubt|(?:without|beyond) (?:a |any )?doubt|a (?:great|good) (?:deal|many)|"
        "great (?:britain|lakes|depression|recession|war)|strong(?:est)?(?: possible)? (?:terms|words|language)|"
        "nothing short of|make no mistake|hate[- ](?:speech|crimes?|groups?|mail)|fair (?:enough|to say|share)|"
        "serious(?:ly)? (?:injur\\w+|ill\\w*|accidents?|crash\\w*|crimes?|offen[cs]es?)|love (?:story|letters?|affair)|"
        "(?:do|does|doing|did|try|trying|tried) (?:our|my|their|his|her|its|your) (?:very )?best|"
        "best (?:interests?|practices?|friends?)|effective (?:immediately|today|on|from)|tak(?:e|es|en|ing) advantage|"
        "(?:the|an?|this|that|one|another|any|no|main|prime|murder|male|female|wanted) (?:[\\w-]+ )?suspect|"
        "lies (?:ahead|along|among|at|behind|below|beneath|between|beyond|close|east|far|in|just|near|next|"
        "north\\w*|off|on|outside|south\\w*|some|under\\w*|west|within)|"
        "(?:book|county|craft|fun|job|science|state|street|trade|village|world['’]s) fair|fair(?:ground| trade)|"
        "(?:blind|brain|charitable|community|conservation|family|heritage|hospital|housing|land|national|nature|nhs|"
        "wildlife|woodland) trust|trust (?:funds?|company)|good (?:friday|morning|afternoon|evening|night|luck)|"
        "best (?:man|western)|great (?:grand\\w+|aunt|uncle)|"
        "loved ones?|(?:armed|security|special|police|military|ground|air|task|u\\.s\\.) forces?"
    ),
    # praise in the words of doubt
    "rave": (
        f"{_NOT} (?:praise|thank|recommend|commend|applaud|admire)(?: \\w+){{0,6}} (?:enough|(?:too|more) highly)|"
        f"{_NOT} (?:be|have been) (?:happier|prouder|better|more (?:pleased|proud|excited|grateful|delighted|thrilled|"
        f"impressed|thankful|supportive))|{_NOT} agree more|{_NOT} (?:wait to|get enough of)|"
        "(?:has|have|had|was|is) never been (?:better|happier|prouder)|second to none|nothing (?:but praise|wrong with)"
    ),
    # an objection that somebody objects to
    "rebut": (
        "(?:(?:i|we)(?: \\w+){0,2} )?(?:reject|dismiss|den(?:y|i)|refute|rebut)(?:s|es|ed)? "
        "(?:(?:the|these|those|this|that|any|all|such|his|her|their|its) )*(?:\\w+ )?"
        "(?:accusations?|allegations?|criticisms?|charges|fears|concerns|doubts|rumou?rs|smears?)"
    ),
    # somebody says on which side he is
    "oppose": (
        f"(?:i|we)(?: (?!not\\b|never\\b|cannot\\b)\\w+){{0,2}} (?:{_DISLIKE})|vot(?:e|ed|ing) against|"
        "(?:am|are) against|but not (?:like this|(?:this|that|these|those) (?:deal|idea|ones?|plan|way))|"
        f"(?:{_NOT}|(?:will|do) not|(?:wo|do)n['’]t) "
        "(?:support|accept|agree|back|endorse|vote for)(?! (?:themselves|himself|herself|itself|ourselves|myself)\\b)"
    ),
    "fear": (
        "(?:i|we) (?:\\w+ )?(?:have|had|share) (?:\\w+ )?(?:concerns|doubts|reservations|misgivings|worries|fears)|"
        "(?:i am|we are|i['’]m|we['’]re|am|are) (?:\\w+ )?(?:concerned|worried|alarmed|troubled|afraid)"
    ),
    "support": (
        "(?:i|we)(?: (?!(?:not|never|cannot|can|could)\\b)\\w+)? "
        "(?:support|agree|back|endorse|favou?r|love|adore|admire|recommend|embrace|applaud|thank)|"
        "in favou?r of|vot(?:e|ed|ing) for|(?:am|are) all for"
    ),
    "doubt": (
        "doubt(?:s|ed|ful|ing)?|hoax\\w*|debunk\\w*|fake[ds]?|s[kc]eptic\\w*|cynic\\w*|unclear|dubious|questionable|"
        "suspicious\\w*|unproven|unconvinc\\w+|wary|raises? (?:\\w+ )?(?:questions|doubts|concerns|eyebrows)|"
        "raising (?:\\w+ )?(?:questions|doubts|concerns)|remains to be seen|too good to be true|"
        "far from (?:clear|certain)|open questions?|supposed(?:ly)?(?! to\\b)|so-called|"
        "purported(?:ly)?|ostensibly|red flags?|"
        "hard to believe|grain of salt|questions? (?:about|over|whether)|uncertain\\w*|implausib\\w+|suspect"
    ),
    "criticism": (
        # who fails somebody, or is a failure, is blamed
        "fail(?:s|ed|ing)? (?:us|them|me|our|the people|the public|miserably|badly)|fail(?:s|ed|ing) to (?:act|protect|"
        "listen|deliver|address|understand|explain|consult)|(?:a|an|this|that|total|complete|utter|abject|colossal) "
        "failure|doomed|(?:will|would|bound to|going to|sure to) fail|"
        "flaw(?:s|ed)?|wrong(?:ly|headed)?|mislead\\w*|misguided|reckless\\w*|absurd\\w*|"
        "ridiculous\\w*|hypocri\\w+|shame(?:ful)?|disgrac\\w+|disastrous|terribl[ey]|awful|horrible|bad|worse|"
        "unsustainab\\w+|desperat\\w+|dishonest\\w*|lies|lying|bogus|sham|gimmick\\w*|stunt|farc\\w+|mess|nonsense|"
        "blunder\\w*|botch\\w*|inept|incompeten\\w+|betray\\w*|foolish\\w*|stupid\\w*|silly|unfortunate\\w*|sad(?:ly)?|"
        "troubling|disturbing|squander\\w*|naive|ill-advised|short-sighted|cringe\\w*|embarrass\\w+|"
        "disappoint\\w+|underwhelm\\w*|lacklustre|lackluster|mediocre|pointless|useless|outrag\\w+|unhinged|"
        "smear\\w*|bigot\\w*|extremis\\w+|radical|cruel\\w*|ugly|pathetic|hollow|empty (?:words|promises?|gesture)|"
        "worst (?:idea|deal|decision|plan|kind|possible|of all)|bad (?:idea|deal|bet)|"
        "unacceptab\\w+|intolerab\\w+|inexcusab\\w+|indefensib\\w+|unjust(?:ifi\\w+|ly)?|unfair\\w*|unnecessar\\w+|"
        "irresponsib\\w+|ineffective\\w*|inadequate\\w*|insufficient\\w*|immoral\\w*|unethical\\w*|wasteful|"
        "wast(?:e|ing) of|mistakes?|mistaken|scandalous\\w*|travesty|mockery|insult(?:s|ed|ing)?|slap in the face|scam|"
        "rip-?off|junk|garbage|rubbish|inhuman\\w*|barbaric|draconian|heavy-handed|overreach\\w*|greed\\w*|harmful|"
        "detrimental|counter-?productive\\w*|disproportionate\\w*|arrogan\\w+|callous\\w*|heartless|appalling\\w*|"
        "abhorrent|repugnant|despicable|deplorable|disgust\\w+|ludicrous\\w*|clueless|tone-deaf|half-baked|flimsy|"
        "sloppy|worthless|fiasco|debacle|fed up|sick of|tired of|dismay\\w*|frustrat\\w+|ashamed|regrettab\\w+|"
        "unworkable|impractical|unrealistic|unreasonabl[ey]|discriminat\\w+|undermin\\w+|jeopardi[sz]\\w+|"
        "too (?:little|far|late)|dangerous (?:precedent|idea|plan|game|path|move|step)"
    ),
    "setback": (
        "fail(?:s|ed|ing|ure|ures)?|worst|weak|weaker|weakness\\w*|defeats?|stumbl\\w+|falter\\w*|retreat\\w*|"
        "struggl\\w+|concession"
    ),
    "hype": (
        "hyp(?:e|ed|ing)|overhyped|overblown|overpromis\\w+|oversold|bubble|spin|buzzwords?|publicity|sugarcoat\\w*|"
        "whitewash\\w*|window dressing|propaganda|fearmonger\\w*|hysteri\\w+|vanity"
    ),
    "unmask": (
        "in reality|in truth|really (?:just|about)|mere(?:ly)?|simply|just (?:a|an|another)|nothing more than|"
        "amounts? to|under the guise|conveniently|of course|curiously|tellingly|ironic\\w*|laughabl[ey]|supposed to|"
        "never mind that|somehow|not so fast"
    ),
    "inability": (
        "can['’]t|cannot|unable|inability|unlikely|hard(?:er)? to|difficult to|tough(?:er)? to|difficulty|"
        "less (?:likely|credible|relevant)|no clear|lacks?|lacking|fall(?:s|ing)? short|fell short|short of|"
        "forced (?:to|into)|forces|(?:is|are|was|were|do|does|did|would|wo|could|should)n['’]t|may not|might not|"
        "no longer"
    ),
    "worry": (
        "risk(?:s|y|ed)?|concern(?:s|ed|ing)?|worr(?:y|ies|ied|ying|isome)|fears?|dangerous\\w*|problem(?:s|atic)?|"
        "turmoil|backlash|critics|alarm(?:ed|ing|s)?|emergenc\\w+|catastroph\\w+|devastat\\w+|disasters?|irreversible|"
        "criticis[ms]\\w*|controvers\\w+|complicated|dilut\\w+|threaten\\w*|costly|crisis"
    ),
    "praise": (
        "great(?:er|est|ly)?|excellent\\w*|impressive\\w*|remarkabl[ey]|brilliant\\w*|best|better|smart(?:er)?|"
        "outstanding|terrific|wonderful\\w*|amazing\\w*|fantastic|perfect\\w*|good|well-deserved|admirabl[ey]|"
        "courag\\w+|heroic|wise(?:ly)?|success(?:es|ful|fully)?|triumph\\w*|win|wins|winning|welcome[ds]?|"
        "deserves? (?:credit|praise|attention)|prais\\w+|applaud\\w*|celebrat\\w+|hail(?:s|ed)|lauds?|lauded|"
        "commend\\w*|thrilled|proud|glad|thankful\\w*|elegant|beautiful\\w*|delight\\w*|happy|fair|inspir\\w+|"
        "eloquent\\w*|right (?:thing|call|move|decision)|"
        "superb\\w*|exceptional\\w*|magnificent\\w*|splendid\\w*|stellar|marvell?ous\\w*|phenomenal\\w*|incredible|"
        "favou?rite|refreshing\\w*|thoughtful\\w*|clever\\w*|ingenious\\w*|visionary|generous\\w*|grateful\\w*|"
        "pleased|honou?red|enjoy(?:s|ed|able|ing)?|much[- ]needed|long overdue|worthwhile|kudos|bravo|"
        "hats off|congratulat\\w+|masterpiece|well done|worth (?:it|the (?:price|wait|effort)|every)"
    ),
    "promise": (
        "promising|opportunit(?:y|ies)|hopeful\\w*|optimis\\w+|boost(?:s|ed|ing)?|progress|innovative|historic|"
        "landmark|milestone|advantages?|strengths?|strengthen\\w*|strong(?:er|est|ly)?|breakthrough|"
        "benefit(?:s|ed|ing)?|improv(?:e|es|ed|ing|ement|ements)|exciting|valuable|important step|"
        # a test that is positive is no good news
        "(?<!test )(?<!tests )(?<!tested )(?<!testing )positiv(?:e|ely)(?! (?:tests?|cases?|results?)\\b)|"
        "step forward|found a way|good (?:news|idea|deal)|game[- ]changer|lucrative|constructive|helps?|helpful|"
        "effective|effectiveness"
    ),
    "trust": (
        "reliabl[ey]|credibl[ey]|proven|concrete|makes sense|sensible|practical|pragmatic\\w*|trust(?:ed|worthy)?|"
        "robust|vindicat\\w+|rightly|correctly|validat\\w+|confident\\w*|solid|serious"
    ),
    "own": (
        "i think|i believe|in my view|we['’]re|we are|i['’]m|i am|honestly|frankly|let['’]s|my|our|we think|"
        "we believe|to be fair|look,|here['’]s|should|must|ought to|needs? to"
    ),
    "against": (
        "condemn(?:s|ed|ing|ation)?|denounc(?:e|es|ed|ing)|deplor(?:e|es|ed)|decr(?:y|ies|ied)|"
        "hat(?:e|es|ed)(?! to\\b)|"
        "loath(?:e|es|ed|ing)|detest(?:s|ed)?|despis(?:e|es|ed)|abhor(?:s|red)?|resent(?:s|ed|ment)?|"
        "dislik(?:e|es|ed)|distrust(?:s|ed)?|disapprov(?:e|es|ed|al)|oppos(?:e|es|ed|ing|ition)|"
        "reject(?:s|ed|ing|ion)?|object(?:s|ed) to|objections?|disagree(?:s|d|ment)?"
    ),
    "for": (
        "supports|supported|supportive|in support of|endors(?:e|es|ed|ing|ement)|favou?rs|"
        "lov(?:e|es|ed|ing)(?! to\\b)|ador(?:e|es|ed)|"
        "admir(?:e|es|ed|ing|ation)|embrac(?:e|es|ed|ing)|recommend(?:s|ed|ation)?|appreciat(?:e|es|ed|ion|ive)"
    ),
}
# A bad thing that happened is no bad idea: "a terrible accident" pities, and blames nobody.
EVENTS = (
    "accidents?|attacks?|blazes?|cold|conditions|crash(?:es)?|crimes?|damage|days?|deaths?|disasters?|diseases?|"
    "earthquakes?|events?|explosions?|fires?|floods?|illness|incidents?|injur(?:y|ies)|loss(?:es)?|news|nights?|pain|"
    "pandemic|shape|shooting|smell|storms?|time|times|tragedy|tragedies|violence|virus|war|weather|wounds?|year"
)
