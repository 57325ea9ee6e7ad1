"""What mails are about, in words: phrases of six languages, from which ``subjects`` makes subjects.

A phrase has one slot at most: ``{n}`` is a number, ``{q}`` one of two digits, ``{p}`` a person, ``{f}`` a partner,
``{j}`` a project, ``{c}`` a container, ``{r}`` a route, ``{w}`` a week and a place, ``{d}`` a day and a place.
"""

from collections.abc import Mapping, Sequence

from workbench.apps.demo.words import DEPARTMENTS

TEAMS = ("Executive", *(name for name, _, _ in DEPARTMENTS))
"""Departments in the order of the lines below; the last line is everybody's."""

_EN = """
Board, Strategy, Acquisition, Budget, Annual report, Investors
Booking, Shipment, Container, Berth, Transit, Route, Manifest, Barge, Slot, Pilot order, Vessel call
Pallet, Inventory, Stock count, Dock door, Forklift, Racking, Pick list, Goods in, Shift
Quote, Tender, Contract, Rates, Offer, Forecast, Account plan, Trade fair
Claim, Complaint, Damage report, Delivery, Return, Tracking, Call back
Customs, Declaration, T1 document, Inspection, Tariff code, Certificate of origin, Duty
Invoice, Payment, Credit note, Budget, Audit, Reminder, Statement, Purchase order
Ticket, Change, Maintenance, Licence, Laptop, Outage, Access request, Backup
Vacancy, Payroll, Onboarding, Training, Leave, Interview, Works council
Meeting, Invoice, Project, Roster, Travel, Visit, Security, Supplier
"""
_NL = """
Directie, Strategie, Overname, Begroting, Jaarverslag
Boeking, Zending, Container, Ligplaats, Transit, Route, Vrachtlijst, Binnenschip, Loods
Pallet, Voorraad, Telling, Laadperron, Heftruck, Picklijst, Ploeg
Offerte, Aanbesteding, Contract, Tarieven, Prognose, Accountplan, Beurs
Claim, Klacht, Schademelding, Levering, Retour, Terugbelverzoek
Douane, Aangifte, T1-document, Controle, Goederencode, Invoerrechten
Factuur, Betaling, Creditnota, Begroting, Audit, Herinnering, Bestelling
Melding, Wijziging, Onderhoud, Licentie, Laptop, Storing, Toegang
Vacature, Salaris, Inwerken, Training, Verlof, Gesprek, Ondernemingsraad
Vergadering, Factuur, Project, Rooster, Reis, Bezoek, Leverancier
"""
_DE = """
Vorstand, Strategie, Übernahme, Budget, Jahresbericht
Buchung, Sendung, Container, Liegeplatz, Transit, Route, Ladeliste, Binnenschiff, Lotse
Palette, Bestand, Zählung, Rampe, Stapler, Pickliste, Schicht
Angebot, Ausschreibung, Vertrag, Preise, Prognose, Kundenplan, Messe
Reklamation, Beschwerde, Schadensmeldung, Lieferung, Rücksendung, Rückruf
Zoll, Anmeldung, T1-Papier, Beschau, Warennummer, Ursprungszeugnis
Rechnung, Zahlung, Gutschrift, Budget, Audit, Mahnung, Bestellung
Störung, Änderung, Wartung, Lizenz, Laptop, Ausfall, Zugang
Stelle, Lohn, Einarbeitung, Schulung, Urlaub, Gespräch, Betriebsrat
Besprechung, Rechnung, Projekt, Dienstplan, Reise, Besuch, Lieferant
"""
_FR = """
Direction, Stratégie, Acquisition, Budget, Rapport annuel
Réservation, Envoi, Conteneur, Poste à quai, Transit, Trajet, Manifeste, Péniche, Pilote
Palette, Stock, Inventaire, Quai, Chariot, Préparation, Équipe
Devis, Offre, Contrat, Tarifs, Prévision, Plan de compte, Salon
Réclamation, Plainte, Avarie, Livraison, Retour, Rappel
Douane, Déclaration, Document T1, Contrôle, Code tarifaire, Certificat d'origine
Facture, Paiement, Avoir, Budget, Audit, Relance, Commande
Incident, Changement, Entretien, Licence, Portable, Panne, Accès
Poste, Paie, Accueil, Formation, Congés, Entretien annuel, Comité
Réunion, Facture, Projet, Planning, Déplacement, Visite, Fournisseur
"""
_ES = """
Dirección, Estrategia, Adquisición, Presupuesto, Informe anual
Reserva, Envío, Contenedor, Atraque, Tránsito, Ruta, Manifiesto, Práctico
Palé, Existencias, Recuento, Muelle, Carretilla, Turno
Oferta, Licitación, Contrato, Tarifas, Previsión, Feria
Reclamación, Queja, Daños, Entrega, Devolución, Llamada
Aduana, Declaración, Documento T1, Inspección, Partida, Certificado de origen
Factura, Pago, Abono, Presupuesto, Auditoría, Recordatorio, Pedido
Incidencia, Cambio, Mantenimiento, Licencia, Portátil, Avería, Acceso
Vacante, Nómina, Acogida, Formación, Vacaciones, Entrevista
Reunión, Factura, Proyecto, Turnos, Viaje, Visita, Proveedor
"""
_PT = """
Direção, Estratégia, Aquisição, Orçamento, Relatório anual
Reserva, Remessa, Contentor, Atracação, Trânsito, Rota, Manifesto, Piloto
Palete, Existências, Contagem, Cais, Empilhador, Turno
Cotação, Concurso, Contrato, Tarifas, Previsão, Feira
Reclamação, Queixa, Avaria, Entrega, Devolução, Chamada
Alfândega, Declaração, Documento T1, Inspeção, Código pautal, Certificado de origem
Fatura, Pagamento, Nota de crédito, Orçamento, Auditoria, Lembrete, Encomenda
Pedido de apoio, Alteração, Manutenção, Licença, Portátil, Falha, Acesso
Vaga, Salário, Acolhimento, Formação, Férias, Entrevista
Reunião, Fatura, Projeto, Escala, Viagem, Visita, Fornecedor
"""


def _lines(text: str) -> list[list[str]]:
    return [line.split(", ") for line in text.strip().split("\n")]


TOPICS: Mapping[str, Sequence[Sequence[str]]] = {
    language: [[*line, *lines[-1]] for line in lines[:-1]]
    for language, lines in ((name, _lines(text)) for name, text in (
        ("en", _EN), ("nl", _NL), ("de", _DE), ("fr", _FR), ("es", _ES), ("pt", _PT)))
}  # fmt: skip
"""What the people of each of ``TEAMS`` write about, by language."""

TAILS: Mapping[str, Sequence[str]] = {
    "en": ("{n}", "{n} confirmed", "{n}: question", "{n} for review", "reference {n}", "{n} delayed", "{c}",
        "{c} arrived", "{c} on hold", "for {p}", "from {p}", "- {p} asks", "{f}", "{f}: next steps",
        "for {f}: approval needed", "for {d}", "{j}", "{j}: draft", "{r}", "{r}: new schedule", "week {w}", "{d}"),
    "nl": ("{n}", "{n} bevestigd", "{n}: vraag", "{n} ter beoordeling", "referentie {n}", "{n} vertraagd", "{c}",
        "{c} aangekomen", "voor {p}", "van {p}", "{f}", "{f}: vervolg", "{j}", "{j}: concept", "{r}", "week {w}",
        "{d}"),
    "de": ("{n}", "{n} bestätigt", "{n}: Frage", "{n} zur Prüfung", "Referenz {n}", "{n} verspätet", "{c}",
        "{c} eingetroffen", "für {p}", "von {p}", "{f}", "{f}: nächste Schritte", "{j}", "{j}: Entwurf", "{r}",
        "KW {w}", "{d}"),
    "fr": ("{n}", "{n} : confirmation", "{n} : question", "{n} pour relecture", "référence {n}", "{n} : retard",
        "{c}", "{c} : arrivée", "pour {p}", "de {p}", "{f}", "{f} : suite", "{j}", "{j} : brouillon", "{r}",
        "semaine {w}", "{d}"),
    "es": ("{n}", "{n}: confirmación", "{n}: pregunta", "{n} para revisar", "referencia {n}", "{n}: retraso", "{c}",
        "{c}: llegada", "para {p}", "de {p}", "{f}", "{f}: próximos pasos", "{j}", "{j}: borrador", "{r}",
        "semana {w}", "{d}"),
    "pt": ("{n}", "{n}: confirmação", "{n}: pergunta", "{n} para revisão", "referência {n}", "{n}: atraso", "{c}",
        "{c}: chegada", "para {p}", "de {p}", "{f}", "{f}: próximos passos", "{j}", "{j}: rascunho", "{r}",
        "semana {w}", "{d}"),
}  # fmt: skip
ANSWERS = {"en": "RE: ", "nl": "Antw: ", "de": "AW: ", "fr": "RE: ", "es": "RE: ", "pt": "RE: "}
FORWARDS = {"en": "FW: ", "nl": "FW: ", "de": "WG: ", "fr": "TR: ", "es": "RV: ", "pt": "ENC: "}
"""What mail programs of each language put before a subject."""

PREFIXED = f"^(?:{'|'.join(sorted({each.strip() for each in (*ANSWERS.values(), *FORWARDS.values())}))}) "
"""A regular expression that finds such a prefix."""

NEWS = (
    "Freight in figures: week {w}", "{q} routes to watch", "Webinar: customs in {q} steps", "The {q} minute briefing",
    "What moved on {r}", "New lanes, new prices: {r}", "Members' digest {n}", "Harbour jobs: {w}",
    "Portrait: {p}", "{f} expands", "{f} in the news", "Fuel prices, {d}", "Interview with {p}",
    "Project {j}: what we know", "Five questions to {p}", "Issue {n}",
)  # fmt: skip
LURES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "credentials": {
        "en": ("Your mailbox is {q}% full", "Password expires today [{n}]", "Action required: verify account {n}",
            "{n} messages on hold", "Unusual sign-in to your account ({n})", "Shared document: Contract {n}",
            "Voicemail {n} received", "HR policy {n}: sign by tonight", "{p} shared a file with you",
            "{f} sent you a document to sign", "Case {n}: your account will be closed"),
        "de": ("Ihr Postfach ist zu {q}% voll", "Ihr Kennwort läuft heute ab [{n}]", "Bitte bestätigen Sie Konto {n}",
            "{n} Nachrichten zurückgehalten", "Ungewöhnliche Anmeldung bei Ihrem Konto ({n})",
            "{p} hat eine Datei für Sie freigegeben"),
        "pt": ("A sua caixa de correio está {q}% cheia", "A palavra-passe expira hoje [{n}]", "Confirme a conta {n}",
            "{n} mensagens retidas", "{p} partilhou um ficheiro"),
        "nl": ("Uw mailbox is {q}% vol", "Uw wachtwoord verloopt vandaag [{n}]", "Bevestig account {n}",
            "{p} heeft een bestand gedeeld"),
        "fr": ("Votre boîte est pleine à {q}%", "Votre mot de passe expire aujourd'hui [{n}]",
            "{p} a partagé un fichier"),
        "es": ("Su buzón está lleno al {q}%", "Su contraseña caduca hoy [{n}]", "{p} ha compartido un archivo"),
    },
    "link": {
        "en": ("Your parcel {n} could not be delivered", "Invoice {n} is ready to view", "Refund of {n} EUR waiting",
            "Track your order {n}", "Fax {n} received", "Traffic fine {n}", "Photos of {p}", "Payment from {f}"),
        "de": ("Ihr Paket {n} konnte nicht zugestellt werden", "Rechnung {n} liegt bereit",
            "Rückerstattung von {n} EUR", "Zahlung von {f}"),
        "pt": ("A encomenda {n} não foi entregue", "Fatura {n} disponível", "Reembolso de {n} EUR"),
        "nl": ("Uw pakket {n} kon niet worden bezorgd", "Factuur {n} staat klaar", "Teruggave van {n} EUR"),
        "fr": ("Votre colis {n} n'a pas été livré", "Facture {n} disponible"),
        "es": ("Su paquete {n} no se pudo entregar", "Factura {n} disponible"),
    },
    "advance fee": {
        "en": ("Confidential business proposal {n}", "Your inheritance file {n}", "Compensation payment {n}",
            "Mutual benefit, {p}", "From the desk of {p}"),
        "de": ("Vertraulicher Geschäftsvorschlag {n}", "Ihre Erbschaft, Akte {n}"),
        "pt": ("Proposta de negócio confidencial {n}", "Processo de herança {n}"),
    },
    "file": {
        "en": ("Invoice {n} overdue", "Purchase order {n}", "Remittance advice {n}", "Scan {n} from copier",
            "Signed contract {n}", "Customs form {n}", "{f}: account statement"),
        "de": ("Rechnung {n} überfällig", "Bestellung {n}", "Zahlungsavis {n}"),
        "pt": ("Fatura {n} em atraso", "Encomenda {n}", "Comprovativo {n}"),
        "nl": ("Factuur {n} te laat", "Bestelling {n}"),
        "fr": ("Facture {n} en retard", "Bon de commande {n}"),
    },
    "spam": {
        "en": ("Save on toner, code {n}", "How {p} lost weight", "Cheap business loans from {n} EUR",
            "SEO for your website (offer {n})", "Your site could rank first: report {n}", "Casino bonus {n}",
            "Solar panels for {n} EUR", "Last chance: discount {n}", "Mailing list of {n} buyers",
            "{p} wants to connect", "Meet {p} near you", "{f} recommends this supplier", "Watches from {n} EUR"),
        "de": ("Toner sparen mit Code {n}", "Günstige Firmenkredite ab {n} EUR", "Solaranlage für {n} EUR",
            "Letzte Chance: Gutschein {n}", "{p} möchte Sie kennenlernen", "Uhren ab {n} EUR"),
        "pt": ("Poupe em toner: código {n}", "Crédito para empresas desde {n} EUR", "Painéis solares por {n} EUR",
            "{p} quer conhecer você"),
        "nl": ("Bespaar op toner: code {n}", "Zakelijke lening vanaf {n} EUR", "{p} wil u leren kennen"),
        "fr": ("Économisez sur le toner : code {n}", "Prêt professionnel dès {n} EUR", "{p} veut vous rencontrer"),
        "es": ("Ahorre en tóner: código {n}", "Préstamos para empresas desde {n} EUR", "{p} quiere conocerle"),
    },
}  # fmt: skip
"""Subjects of unwanted mail by kind; a language that has none writes English."""
