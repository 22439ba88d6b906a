"""Function words per language, folded (lower case, no accents), that say nothing of a topic."""

_LISTS = {
    "en": (
        "a about after all also am an and any are as at be because been before being between both"
        " but by can could did do does doing don during each for from further had has have having"
        " he her here hers him his how i if in into is it its itself just ll may me might more most"
        " must my no nor not now of off on once only or other our ours out over own re s same shall"
        " she should so some such t than that the their them then there these they this those"
        " through to too under until up us ve very was we were what when where which while who whom"
        " whose why will with would you your yours"
    ),
    "es": (
        "a al algo algun alguna algunas alguno algunos ante antes aquel aquella aquello asi aun"
        " aunque cada como con contra cual cuales cualquier cuando cuanto de del desde donde dos e"
        " el ella ellas ello ellos en entre era eran es esa esas ese eso esos esta estan estar"
        " estas este esto estos fue fueron ha hace hacia haber habia han hasta hay he la las le les"
        " lo los mas me mi mis mucho muy nada ni no nos nosotros nuestra nuestras nuestro nuestros"
        " o os otra otras otro otros para pero poco por porque puede pueden que quien quienes se"
        " sea ser si sido sin sobre son su sus tal tambien tan tanto te tiene tienen toda todas"
        " todo todos tu tus u un una unas uno unos usted ustedes y ya yo"
    ),
    "fr": (
        "a afin ai ainsi alors apres as au aucun aucune aussi autre autres aux avait avant avec"
        " avez avoir avons c car ce ceci cela celle celles celui ces cet cette ceux chaque chez"
        " comme comment d dans de depuis des donc dont du elle elles en encore entre es est et ete"
        " etes etre eu fait faut il ils j je jusqu l la le les leur leurs lors lorsque lui m ma"
        " mais me meme mes moi moins mon n ne ni nos notre nous on ont ou par parce pas peu peut"
        " peuvent plus pour pourquoi puis qu quand que quel quelle quelles quels qui quoi s sa sans"
        " se sera ses si son sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un"
        " une vers vos votre vous y"
    ),
    "pt": (
        "a ainda ante ao aos apos aquela aquele aquilo as assim ate cada com como contra da das de"
        " dela dele deles depois desde dessa desse desta deste do dos e ela elas ele eles em entre"
        " era essa essas esse esses esta estao estas este estes eu foi foram ha isso isto ja la lhe"
        " mais mas me mesmo meu minha muito na nao nas nem no nos nossa nossas nosso nossos num"
        " numa o onde os ou outra outras outro outros para pela pelas pelo pelos pode podem por"
        " porque qual quais quando que quem se seja sem ser seu seus so sobre sua suas tambem tao"
        " te tem ter toda todas todo todos tu um uma umas uns voce voces"
    ),
    "it": (
        "a ad agli ai al alla alle allo anche ancora avere c che chi ci cio come con contro cosa"
        " cui d da dagli dai dal dalla dalle dallo degli dei del della delle dello di dopo dove e"
        " ed era essere fra gli ha hanno ho i il in io l la le lei li lo loro lui ma me mi mia mio"
        " ne negli nei nel nella nelle nello no noi non nostra nostro o ogni per perche piu puo"
        " quale quali quando quanto quella quelle quelli quello questa queste questi questo se"
        " senza si sia sono sua sue sugli sui sul sulla sulle sullo suo suoi te ti tra tu tutte"
        " tutti tutto un una uno vi voi"
    ),
    "de": (
        "aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei bin"
        " bis bist da damit dann das dass dein dem den denn der des die dies diese diesem diesen"
        " dieser dieses doch dort du durch ein eine einem einen einer eines er es etwas euch fur"
        " gegen hab habe haben hat hatte hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im"
        " in ins ist ja jede jedem jeden jeder jedes kann kein keine konnen man manche mein mich"
        " mir mit muss nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen"
        " seiner sich sie sind so soll sondern uber um und uns unser unsere unter viel vom von vor"
        " wann war waren warum was weil welche welchem welchen welcher welches wenn wer werden wie"
        " wieder will wir wird wo zu zum zur zwischen"
    ),
    "nl": (
        "aan al alle als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus"
        " een en er ge geen had heb hebben heeft hem het hier hij hoe hun ik in is ja je kan kunnen"
        " maar me meer men met mij mijn moet na naar niet niets nog nu of om omdat onder ons onze"
        " ook op over reeds te tegen toch toen tot u uit uw van veel voor waar waarom wanneer want"
        " waren was wat we wel welke werd wie wij wil worden wordt zal ze zei zelf zich zij zijn zo"
        " zonder zou"
    ),
    "ar": (
        "في من على الى إلى عن مع هذا هذه ذلك تلك التي الذي الذين ما ماذا هل كيف متى أين اين لماذا"
        " كان كانت يكون تكون هو هي هم نحن انا أنا أنت انت لا لم لن ان أن إن او أو ثم قد كل بعض بين"
        " بعد قبل عند حتى كما لكن و يا"
    ),
}


def _folded(text: str) -> frozenset[str]:
    """Return the words with Arabic hamza carriers made plain, as folding does to any text."""
    return frozenset(text.replace("أ", "ا").replace("إ", "ا").split())


STOP_WORDS: dict[str, frozenset[str]] = {code: _folded(text) for code, text in _LISTS.items()}
