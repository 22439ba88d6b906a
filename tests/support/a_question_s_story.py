"""What is asked and told on a question's whole way, wherever it is walked."""

MEMBERS = """\
key,name,community,level,role,organisation,place,country,languages,time_zone,hours,offers
p-1,Ana Ruiz,CITY,city,Chief data officer,Ayuntamiento de León,León,Mexico,"es,en",\
America/Mexico_City,9-17,
p-2,Cy Lund,NATIONAL,national,Statistician,Statistics Office,Lund,Sweden,"en,es",\
Europe/Stockholm,9-17,¿Cómo unieron ustedes los catastros de sus provincias?
p-3,Eve Mora,,national,Statistician,INE,Montevideo,Uruguay,"es,en",America/Montevideo,9-17,\
los catastros de sus provincias
"""
IN_SPANISH = "¿Cómo unieron ustedes los catastros de sus provincias?"
TITLE = "Nineteen land registers joined by one parcel number"
A_MONTH_AGO = "nineteen land registers joined by one parcel number?"
ALIKE = "How were nineteen land registers joined by one parcel number?"
ANSWER = (
    "Nineteen land registers were joined by one parcel number.",
    "A law of 2015 obliged the departments; the first year went into cleaning.",
)
ASIDE = "By the way, my minister MARKERASIDE dislikes it."
THANKS = "Muchas gracias. El alcalde MARKERANA lo leerá."
