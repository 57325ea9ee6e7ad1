"""The words of which names, subjects and addresses are made. Nobody here exists."""

_GIVEN = """
Aino Albert Alba Amara Anja Anneke Arne Astrid Beatriz Benno Birte Bram Camille Carla Carlos Clara Cornelis Daan
Dagmar David Dirk Edda Eline Elena Emil Esther Fatima Femke Filipa Finn Florian Frida Gerard Grace Greta Gustav
Hanna Hauke Heleen Hugo Ida Iker Ilse Imre Ines Ingrid Iris Jana Jasper Jelle Joana Johan Jonas Jules Karin Katrin
Kofi Lars Laura Leon Lieke Linde Luca Lucie Luuk Maaike Maia Marc Marit Marta Mateo Mathilde Merel Mila Miren Nadia
Nele Niels Nora Olaf Olga Oscar Paula Pieter Priya Quirin Rafael Ravi Rita Robin Rosa Ruben Rui Samira Sander Sara
Silke Sofie Sven Tamar Teresa Thijs Tomas Tove Ulla Vera Victor Wanda Wim Xenia Yara Yusuf Zoe
"""
GIVEN = tuple(_GIVEN.split())

_SURNAMES = """
Aalders Abendroth Almstedt Amorim Andersholm Arrizaga Baakman Barrenechea Beekman Bellefontaine Bergholt Birkenau
Blankert Boisrond Borgsted Brandwijk Brinkhorst Calheiros Carvallo Castelnau Clasener Colmenar Dahlgaard Delacourt
Dijkhoven Doornkamp Drechsel Duquesnay Ebbinghoff Eikelboom Elgersma Engelbrekt Esteveira Etxalar Falkenrath
Feenstra Ferrolho Fontvieille Fresneda Gaastra Garrigou Geldermans Goikoetxea Grevelink Grimstad Haverkort Heidrich
Hellinga Holmqvist Hoogland Iturralde Jansonius Jonkheim Kaltenbach Kerkhoven Kleinsorge Koolstra Kramersund Lacombe
Landgraf Larrabide Leeuwenburg Lindqvist Lohmander Loureiro Maasbracht Madeirense Marchetto Meersman Merkelbach
Moerdijk Monteverde Nagelmaker Niehaus Noordzij Okonjo Oldenkamp Ostermann Oyelola Paardekooper Pedrosa Penhallow
Petersgaard Pinheiral Poelstra Quintanal Rademaker Ravensberg Reinholt Rijnsburger Rosendahl Roussillon Sandvik
Scheltema Schonfeld Serrano Sijbrandij Solberg Steenwijk Stolberg Tavarela Terpstra Thorvald Tiemersma Uhlenbrock
Urquiza Valkenburg Vandersteen Veldkamp Villafranca Vosshagen Wagenaar Weidemann Westerhof Wielinga Wolthuis Ystad
Zandstra Zeegers Zubiria
"""
SURNAMES = tuple(_SURNAMES.split())

CAST = (
    ("Ingrid Halvorsen", "Executive", "Chief Executive", "Utrecht"),
    ("Marcus Oyelaran", "Executive", "Chief Financial Officer", "Utrecht"),
    ("Priya Raman", "Executive", "Chief Operating Officer", "Felixstowe"),
    ("Beatriz Nogueira", "Executive", "Executive Assistant", "Utrecht"),
    ("Daan Verhoeven", "Finance", "Head of Finance Operations", "Utrecht"),
    ("Sanne de Wit", "Finance", "Accounts Payable Clerk", "Utrecht"),
    ("Lukas Brandt", "Finance", "Accounts Payable Clerk", "Hamburg"),
    ("Anneke Vos", "People", "Payroll Officer", "Utrecht"),
    ("Katharina Weiss", "People", "HR Partner", "Hamburg"),
    ("Tom Ashworth", "Operations", "Freight Planner", "Felixstowe"),
    ("Grace Adeyemi", "Customer Service", "Customer Service Lead", "Felixstowe"),
    ("Camille Laurent", "Sales", "Account Manager", "Lyon"),
    ("Julien Moreau", "Warehouse", "Warehouse Manager", "Lyon"),
    ("Ines Carvalho", "Customs", "Customs Officer", "Porto"),
    ("Rui Tavares", "Operations", "Fleet Coordinator", "Porto"),
    ("Marta Etxeberria", "Sales", "Sales Manager Iberia", "Bilbao"),
    ("Iker Solana", "Operations", "Freight Planner", "Bilbao"),
    ("Jonas Keller", "IT", "Systems Engineer", "Hamburg"),
    ("Fatima El Amrani", "Finance", "Accounts Receivable Clerk", "Utrecht"),
    ("Wouter Dijkstra", "Warehouse", "Shift Lead", "Utrecht"),
    ("Noor Bakker", "IT", "Security Analyst", "Utrecht"),
    ("Elena Petrova", "Customs", "Customs Officer", "Hamburg"),
    ("Oliver Finch", "Operations", "Port Agent", "Felixstowe"),
    ("Sofie Maes", "Sales", "Account Manager", "Utrecht"),
    ("Hendrik Lindqvist", "IT", "Exchange Administrator", "Utrecht"),
)
"""The people of the sample organisation, who work here too: name, department, title, office."""

DEPARTMENTS = (
    ("Operations", 0.30, ("Freight Planner", "Port Agent", "Fleet Coordinator", "Dispatcher")),
    ("Warehouse", 0.18, ("Shift Lead", "Stock Controller", "Warehouse Manager")),
    ("Sales", 0.14, ("Account Manager", "Sales Manager", "Tender Specialist")),
    ("Customer Service", 0.12, ("Service Agent", "Claims Handler")),
    ("Customs", 0.10, ("Customs Officer", "Compliance Specialist")),
    ("Finance", 0.08, ("Accounts Payable Clerk", "Controller", "Accounts Receivable Clerk")),
    ("IT", 0.05, ("Systems Engineer", "Service Desk Agent", "Developer")),
    ("People", 0.03, ("HR Partner", "Recruiter")),
)
"""Departments with their share of the people and the titles there."""

_CARRIERS = """
hansekai-terminal ostwind-reederei lagoa-transportes quainord pakketpunt banque-riveclaire nordmole kaikontor
rijnvracht scheldekade portolargo bilbomar lyonfret merseyhaul zeebrugse-lijn elbtal-spedition douro-cargas
galerna-logistica flandrien-freight waalhaven-crane tideway-chandlers korenmarkt-zoll
"""
CARRIERS = tuple(_CARRIERS.split())
_OF_CARRIERS = "de de pt fr nl fr en de nl nl pt es fr en nl de pt es en nl en de"
CARRIER_LANGUAGES = tuple(_OF_CARRIERS.split())
"""In which language each carrier's people write to each other."""

_NOUNS = """
anker barge berth cargo crane delta dock fjord freight gull harbour hull island jetty keel lagoon lantern lock mast
meadow mill moor orchard pallet pier pilot quay ridge river rudder sail signal silo slate stone summit terrace
timber tower vale wharf willow window yard
"""
NOUNS = tuple(_NOUNS.split())
_ADJECTIVES = """
amber azure bright calm clear coastal crisp early eastern fair firm golden grand green inner keen lively lower lucky
mellow modern northern old outer pale plain prime quiet rapid royal silver sixth steady sunny swift tidal upper
western wide
"""
ADJECTIVES = tuple(_ADJECTIVES.split())
FILE_NAMES = ("Packing_list", "Booking", "CMR", "Rates", "Minutes", "Invoice", "Photo", "Roster", "Offer", "Contract")
FILE_TYPES = ("pdf", "xlsx", "docx", "jpg", "png", "csv")
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Edg/140.0"
"""What the browsers of our people call themselves."""
