"""What mails are about, in the languages they are written in. ``{n}`` is a number, ``{w}`` a week of the year."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from workbench.apps.demo.draws import Ints

ENGLISH = "en"

_TOPICS: Mapping[str, str] = {
    "en": "Booking Shipment Container Invoice Customs Delivery Roster Contract Forecast Audit Budget Training Vacancy"
    " Meeting Quote Tender Claim Pallet Berth Transit Manifest Inventory Security Travel Onboarding Payroll Maintenance"
    " Supplier Route Project",
    "nl": "Boeking Zending Container Factuur Douane Levering Rooster Contract Prognose Audit Begroting Training"
    " Vacature Vergadering Offerte Aanbesteding Claim Pallet Ligplaats Transit Voorraad Leverancier Route Project",
    "de": "Buchung Sendung Container Rechnung Zoll Lieferung Dienstplan Vertrag Prognose Audit Budget Schulung Stelle"
    " Besprechung Angebot Ausschreibung Reklamation Palette Liegeplatz Transit Bestand Wartung Lieferant Route Projekt",
    "fr": "Réservation Envoi Conteneur Facture Douane Livraison Planning Contrat Prévision Audit Budget Formation Poste"
    " Réunion Devis Réclamation Palette Quai Transit Stock Entretien Fournisseur Trajet Projet",
    "es": "Reserva Envío Contenedor Factura Aduana Entrega Turnos Contrato Previsión Auditoría Presupuesto Formación"
    " Vacante Reunión Oferta Licitación Reclamación Palé Muelle Tránsito Proveedor Ruta Proyecto",
    "pt": "Reserva Remessa Contentor Fatura Alfândega Entrega Escala Contrato Previsão Auditoria Orçamento Formação"
    " Vaga Reunião Cotação Concurso Reclamação Palete Cais Trânsito Fornecedor Rota Projeto",
}
_TAILS: Mapping[str, Sequence[str]] = {
    "en": ("update", "for review", "week {w}", "{n} confirmed", "question", "minutes", "{n} delayed", "plan",
        "list {n}", "status", "next steps", "approval needed", "{n} closed", "for Thursday", "figures", "draft",
        "proposal {n}", "schedule", "arrived", "reference {n}"),
    "nl": ("bijgewerkt", "ter beoordeling", "week {w}", "{n} bevestigd", "vraag", "notulen", "{n} vertraagd",
        "planning", "lijst {n}", "status", "voor donderdag", "concept", "voorstel {n}", "referentie {n}"),
    "de": ("aktualisiert", "zur Prüfung", "KW {w}", "{n} bestätigt", "Frage", "Protokoll", "{n} verspätet",
        "Planung", "Liste {n}", "Status", "für Donnerstag", "Entwurf", "Vorschlag {n}", "Referenz {n}"),
    "fr": ("mise à jour", "pour relecture", "semaine {w}", "{n} : confirmation", "question", "compte rendu",
        "{n} : retard", "plan", "liste {n}", "état", "pour jeudi", "brouillon", "proposition {n}", "référence {n}"),
    "es": ("actualización", "para revisar", "semana {w}", "{n}: confirmación", "pregunta", "acta", "{n}: retraso",
        "plan", "lista {n}", "estado", "para el jueves", "borrador", "propuesta {n}", "referencia {n}"),
    "pt": ("atualização", "para revisão", "semana {w}", "{n}: confirmação", "pergunta", "ata", "{n}: atraso",
        "plano", "lista {n}", "estado", "para quinta-feira", "rascunho", "proposta {n}", "referência {n}"),
}  # fmt: skip
NEWS = (
    "Week {w}: freight in figures", "{n} routes to watch", "Webinar: customs in {n} steps", "The {n} minute briefing",
    "What moved this week", "New lanes, new prices", "Members' digest {n}", "Harbour jobs of the week",
)  # fmt: skip
LURES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "credentials": {
        "en": ("Your mailbox is {n}% full", "Password expires today", "Action required: verify your account",
            "{n} messages on hold", "Unusual sign-in to your account", "Shared document: Contract {n}",
            "Voicemail {n} received", "HR policy: sign by tonight"),
        "de": ("Ihr Postfach ist zu {n}% voll", "Ihr Kennwort läuft heute ab", "Bitte bestätigen Sie Ihr Konto",
            "{n} Nachrichten zurückgehalten", "Ungewöhnliche Anmeldung bei Ihrem Konto"),
        "pt": ("A sua caixa de correio está {n}% cheia", "A palavra-passe expira hoje", "Confirme a sua conta",
            "{n} mensagens retidas"),
        "nl": ("Uw mailbox is {n}% vol", "Uw wachtwoord verloopt vandaag", "Bevestig uw account"),
        "fr": ("Votre boîte est pleine à {n}%", "Votre mot de passe expire aujourd'hui"),
        "es": ("Su buzón está lleno al {n}%", "Su contraseña caduca hoy"),
    },
    "link": {
        "en": ("Your parcel {n} could not be delivered", "Invoice {n} is ready to view", "Refund of {n} EUR waiting",
            "Track your order {n}", "Fax {n} received", "Traffic fine {n}"),
        "de": ("Ihr Paket {n} konnte nicht zugestellt werden", "Rechnung {n} liegt bereit",
            "Rückerstattung von {n} EUR"),
        "pt": ("A encomenda {n} não foi entregue", "Fatura {n} disponível", "Reembolso de {n} EUR"),
        "nl": ("Uw pakket {n} kon niet worden bezorgd", "Factuur {n} staat klaar", "Teruggave van {n} EUR"),
        "fr": ("Votre colis {n} n'a pas été livré", "Facture {n} disponible"),
        "es": ("Su paquete {n} no se pudo entregar", "Factura {n} disponible"),
    },
    "advance fee": {
        "en": ("Confidential business proposal", "Your inheritance file {n}", "Compensation payment {n}",
            "Mutual benefit"),
        "de": ("Vertraulicher Geschäftsvorschlag", "Ihre Erbschaft, Akte {n}"),
        "pt": ("Proposta de negócio confidencial", "Processo de herança {n}"),
    },
    "file": {
        "en": ("Invoice {n} overdue", "Purchase order {n}", "Remittance advice {n}", "Scan {n} from copier",
            "Signed contract {n}", "Customs form {n}"),
        "de": ("Rechnung {n} überfällig", "Bestellung {n}", "Zahlungsavis {n}"),
        "pt": ("Fatura {n} em atraso", "Encomenda {n}", "Comprovativo {n}"),
        "nl": ("Factuur {n} te laat", "Bestelling {n}"),
        "fr": ("Facture {n} en retard", "Bon de commande {n}"),
    },
    "spam": {
        "en": ("Save {n}% on toner", "Lose weight in {n} days", "Cheap business loans", "SEO for your website",
            "Your site could rank #{n}", "Casino bonus {n}", "Solar panels at {n}% off", "Last chance: {n}% discount",
            "Mailing list of {n} buyers"),
        "de": ("{n}% auf Toner sparen", "Günstige Firmenkredite", "Solaranlage mit {n}% Rabatt",
            "Letzte Chance: {n}% Rabatt"),
        "pt": ("Poupe {n}% em toner", "Crédito para empresas", "Painéis solares com {n}% de desconto"),
        "nl": ("Bespaar {n}% op toner", "Zakelijke lening zonder gedoe"),
        "fr": ("Économisez {n}% sur le toner", "Prêt professionnel rapide"),
        "es": ("Ahorre {n}% en tóner", "Préstamos para empresas"),
    },
}  # fmt: skip
"""Subjects of unwanted mail by kind; a language that has none writes English."""


class Pool:
    """Texts by language, in one column: ``at`` says where those of each language stand."""

    def __init__(self, languages: Sequence[str], texts: Mapping[str, Sequence[str]]) -> None:
        pools = [texts.get(language, texts[ENGLISH]) for language in languages]
        sizes = [len(pool) for pool in pools]
        self.texts = pl.Series([text for pool in pools for text in pool])
        self._sizes, self._starts = np.array(sizes), np.cumsum([0, *sizes[:-1]])

    def at(self, language: Ints, pick: Ints) -> Ints:
        """The place of a text in each of these languages (by number), chosen by any whole number."""
        found: Ints = self._starts[language] + pick % self._sizes[language]
        return found


def wanted(languages: Sequence[str]) -> Pool:
    """Subjects of wanted mail."""
    return Pool(languages, {language: _every(language) for language in _TOPICS})


def filled(text: str) -> list[str]:
    """A text with each of the numbers it may have."""
    if "{w}" in text:
        return [text.replace("{w}", str(week)) for week in range(1, 53)]
    return [text.replace("{n}", str(number)) for number in (range(1000, 1040) if "{n}" in text else range(1))]


def _every(language: str) -> list[str]:
    return [
        f"{topic} {text}" for topic in _TOPICS[language].split() for tail in _TAILS[language] for text in filled(tail)
    ]
