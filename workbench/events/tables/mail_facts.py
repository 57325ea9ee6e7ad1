"""What we ourselves read out of raw mail: facts about the message, never columns of a published table."""

from workbench.events.tables._declare import Accelerators, Column, Family, Table

WORKBENCH_MAIL_FACTS = Table(
    "WorkbenchMailFacts",
    "One row per raw message that was imported: what its headers and body say, without the body.",
    (
        Column("Timestamp", "datetime", "When the receiving system stamped the message; the same as in EmailEvents"),
        Column(
            "NetworkMessageId", "string", "Joins to EmailEvents; made from the content where no receiver stamped one"
        ),
        Column("InternetMessageId", "string", "RFC 5322 Message-ID set by the sending system"),
        Column(
            "RawSHA256", "string", "SHA-256 of the original bytes: the key of the message and of its stored original"
        ),
        Column("RawSize", "long", "Length of the original in bytes"),
        Column("SourceName", "string", "File, and place in it, from which the message was imported"),
        Column(
            "ReceivedFrom",
            "string",
            "Which header gave Timestamp: a receiver's stamp, the newest hop, Date, another, or none",
        ),
        Column("HeaderDate", "datetime", "Date as the sender claims it"),
        Column("ReplyToAddress", "string", "First address of Reply-To"),
        Column("ReturnPathAddress", "string", "Envelope sender as the receiver recorded it"),
        Column(
            "RecipientSource", "string", "Which header named the recipients: a receiver's stamp, To and Cc, or none"
        ),
        Column(
            "SubjectKey", "string", "Subject in lower case with numbers, ids and reply marks masked: equal for one lure"
        ),
        Column("InReplyTo", "string", "In-Reply-To, then References: empty where the message starts a thread"),
        Column("ListUnsubscribe", "string", "List-Unsubscribe, as mailing lists and newsletters carry it"),
        Column("Mailer", "string", "Program that claims to have written the message"),
        Column("Language", "string", "Language the sender declared, or the receiver detected"),
        Column("DetectedLanguage", "string", "Language that the text itself tells; empty where that is undecided"),
        Column("Charset", "string", "Character set of the text that was read"),
        Column("BodyFingerprint", "string", "SHA-256 of the normalised visible text; empty where there is none"),
        Column("BodyWords", "int", "Words of the normalised visible text"),
        Column(
            "MinHashBands", "dynamic", "32 keys of the text; similar texts share at least one; empty below 30 words"
        ),
        Column(
            "MinHashSignature", "string", "128 hash values in hexadecimal, eight digits each, to measure similarity"
        ),
        Column(
            "BodyFeatures", "dynamic", "What was found in body and attachments, as a bag of counts and short samples"
        ),
        Column(
            "AuthenticationResults", "dynamic", "SPF, DKIM, DMARC, ARC and composite results with domains and reasons"
        ),
        Column(
            "Hops", "dynamic", "Received headers, oldest first: from, by, address, protocol, time, delay in seconds"
        ),
        Column("HopCount", "int", "How many Received headers there are"),
        Column("PartCount", "int", "How many MIME parts there are"),
        Column(
            "Standing",
            "string",
            "received for itself; enclosed in a message of our own or a saved one; claimed, where whoever sent the "
            "message around it may have written it all",
        ),
        Column(
            "ReportKind", "string", "What kind of report the message is: phish, junk, not junk, user, feedback, bounce"
        ),
        Column("ReportedBy", "string", "Who reported the messages inside it; empty where it is no report"),
        Column("InnerMessages", "dynamic", "Messages inside it that have rows of their own: sha256, headers_only"),
        Column("RecipientTags", "dynamic", "Tags that the organisation gives to recipients, by address"),
        Column("Simulation", "string", "What says that it is a phishing test: a domain of ours, or a claimed header"),
        Column("Faults", "dynamic", "What could not be read as the standards say: place and reason of each"),
        Column("FaultCount", "int", "How many faults there are"),
        Column("Headers", "string", "The header block as text, as long as 64 kB"),
    ),
    key=("RawSHA256",),
    required=("RawSHA256", "NetworkMessageId"),
    accelerators=Accelerators(lookups=("RawSHA256", "NetworkMessageId", "InternetMessageId")),
)

FAMILY = Family("mail_facts", "Facts of raw mail", (WORKBENCH_MAIL_FACTS,))
