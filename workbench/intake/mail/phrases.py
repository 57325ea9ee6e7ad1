"""What lures ask for, in the words they ask with. Data: counted, never judged.

Six languages: English, German, French, Spanish, Portuguese, Dutch. Phrases are lower case without accents and
punctuation; each counts where a word begins with it, so that ``verify your`` finds ``verify yourself`` too.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

_WORD = re.compile(r"[^\W_]+")

PHRASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "credential": (
            *("verify your", "confirm your account", "confirm your identity", "update your account", "sign in to"),
            *("log in to", "login to", "your password", "password expire", "reset your password", "account suspended"),
            *("account has been", "account will be", "unusual sign in", "unusual activity", "validate your"),
            *("mailbox is full", "mailbox storage", "keep same password", "keep current password", "recovery phrase"),
            *("konto bestatigen", "konto verifizieren", "ihr passwort", "ihr konto wurde", "ihr konto wird"),
            *("melden sie sich an", "zugangsdaten", "identitat bestatigen", "daten aktualisieren", "einloggen"),
            *("votre mot de passe", "confirmer votre", "verifier votre", "votre compte", "vos identifiants"),
            *("connectez vous", "mettre a jour vos", "su contrasena", "tu contrasena", "verifique su", "verifica tu"),
            *("confirme su", "confirma tu", "su cuenta ha sido", "tu cuenta ha sido", "inicie sesion", "inicia sesion"),
            *("sua senha", "confirme seus dados", "confirmar seus dados", "atualize seus dados", "atualizar cadastro"),
            *("sua conta foi", "sua conta sera", "acesse sua conta", "validar seu", "uw wachtwoord", "je wachtwoord"),
            *("uw account", "bevestig uw", "bevestig je", "verifieer uw", "verifieer je", "inloggen", "uw gegevens"),
        ),
        "payment": (
            *("wire transfer", "bank transfer", "bank details", "bank account", "change of bank", "new account number"),
            *(
                "payment is overdue",
                "outstanding payment",
                "payment advice",
                "remittance",
                "routing number",
                "swift code",
            ),
            *("process a payment", "direct deposit", "payroll", "beneficiary", "release of fund", "processing fee"),
            *("uberweisung", "bankverbindung", "neue kontonummer", "zahlungsanweisung", "offene forderung"),
            *("virement", "coordonnees bancaires", "nouveau rib", "transferencia bancaria", "datos bancarios"),
            *("cuenta bancaria", "numero de cuenta", "dados bancarios", "conta bancaria", "deposito bancario"),
            *("overboeking", "bankgegevens", "bankrekening", "rekeningnummer", "openstaande betaling"),
        ),
        "gift_card": (
            *("gift card", "giftcard", "itunes card", "google play card", "steam card", "amazon card", "e gift"),
            *("geschenkkarte", "gutscheinkarte", "gutscheincode", "carte cadeau", "cartes cadeaux", "bon d achat"),
            *("tarjeta regalo", "tarjetas regalo", "tarjeta de regalo", "cartao presente", "cartoes presente"),
            *("vale presente", "cadeaubon", "cadeaukaart"),
        ),
        "urgency": (
            *("urgent", "immediately", "as soon as possible", "within 24 hours", "within 48 hours", "act now"),
            *("final notice", "last warning", "last reminder", "expires today", "action required", "final reminder"),
            *("dringend", "sofort", "umgehend", "innerhalb von 24", "innerhalb von 48", "letzte mahnung"),
            *("letzte erinnerung", "immediatement", "dans les 24", "dans les 48", "dernier rappel", "dernier avis"),
            *("urgente", "inmediatamente", "de inmediato", "en 24 horas", "en 48 horas", "ultimo aviso"),
            *("imediatamente", "em 24 horas", "em ate 24", "ultima chance", "expira hoje", "expirando hoje"),
            *(
                "onmiddellijk",
                "binnen 24",
                "binnen 48",
                "laatste herinnering",
                "laatste waarschuwing",
                "zo snel mogelijk",
            ),
        ),
        "secrecy": (
            *("strictly confidential", "keep this confidential", "do not tell", "between us", "keep it secret"),
            *("do not discuss", "utmost confidence", "discreet", "streng vertraulich", "vertraulich behandeln"),
            *(
                "niemandem",
                "strictement confidentiel",
                "en toute discretion",
                "n en parlez",
                "absoluta confidencialidad",
            ),
            *("estrictamente confidencial", "no se lo digas", "estritamente confidencial", "em sigilo", "nao conte"),
            *("strikt vertrouwelijk", "vertel niemand", "geheimhouding"),
        ),
        "callback": (
            *("call us", "call our", "call now", "please call", "toll free", "customer support number", "help desk at"),
            *("helpline", "call the number", "call immediately", "rufen sie uns", "rufen sie an", "hotline"),
            *("appelez nous", "appelez le", "numero gratuit", "llamenos", "llame al", "llame a nuestro"),
            *("ligue para", "ligue agora", "central de atendimento", "bel ons", "bel met", "bel direct"),
        ),
        "invoice": (
            *("invoice", "receipt", "your order", "has been charged", "auto renew", "subscription", "renewal"),
            *("rechnung", "quittung", "abonnement", "facture", "recu de paiement", "factura", "recibo", "suscripcion"),
            *("renovacion", "fatura", "boleto", "nota fiscal", "assinatura", "renovacao", "factuur", "verlenging"),
        ),
        "archive_password": (
            *("password is", "password for the", "archive password", "zip password", "das passwort lautet"),
            *(
                "passwort fur",
                "mot de passe est",
                "la contrasena es",
                "clave del archivo",
                "a senha e",
                "senha do arquivo",
            ),
            *("wachtwoord is", "wachtwoord voor"),
        ),
    }
)
"""Kind of ask to phrases."""


def count_phrases(bare: str) -> dict[str, int]:
    """How often each kind of phrase stands in a text, given as ``skeleton`` makes it."""
    words = _WORD.findall(bare)
    text, counts = f" {' '.join(words)}", dict.fromkeys(PHRASES, 0)
    for first in {"", *words} & _STARTS.keys():
        for kind, start in _STARTS[first]:
            counts[kind] += text.count(start)
    return counts


def _starts() -> dict[str, list[tuple[str, str]]]:
    """By the first word, where another follows and so it must stand whole, else by nothing: kinds and what to find."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, phrases in PHRASES.items():
        for phrase in phrases:
            first, _, rest = phrase.partition(" ")
            found.setdefault(first if rest else "", []).append((kind, f" {phrase}"))
    return found


_STARTS = _starts()
