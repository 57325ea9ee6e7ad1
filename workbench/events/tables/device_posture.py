"""Settings, software and vulnerabilities of endpoints: mostly the state as it is, without a time."""

from workbench.events.tables._declare import Column, Family, Table

DEVICE_TVM_SOFTWARE_INVENTORY = Table(
    "DeviceTvmSoftwareInventory",
    "Software installed on devices.",
    (
        Column("DeviceId", "string", "Sensor-assigned key of the device"),
        Column("DeviceName", "string", "FQDN of the device"),
        Column("OSPlatform", "string", "Operating-system family"),
        Column("OSVersion", "string", "Operating-system version"),
        Column("OSArchitecture", "string", "CPU architecture of the operating system"),
        Column("SoftwareVendor", "string", "Maker of the software"),
        Column("SoftwareName", "string", "Product name of the software"),
        Column("SoftwareVersion", "string", "Version that is installed"),
        Column("EndOfSupportStatus", "string", "Whether the maker's support has ended or will"),
        Column("EndOfSupportDate", "datetime", "When the maker's support ended or will end"),
        Column("ProductCodeCpe", "string", "Common Platform Enumeration name of the version"),
    ),
    key=("DeviceId", "SoftwareVendor", "SoftwareName", "SoftwareVersion"),
    required=("DeviceId", "SoftwareName", "SoftwareVersion"),
    time="",
    partition="none",
)

DEVICE_TVM_SOFTWARE_EVIDENCE_BETA = Table(
    "DeviceTvmSoftwareEvidenceBeta",
    "Where on a device a piece of software was seen.",
    (
        Column("DeviceId", "string", "Sensor-assigned key of the device"),
        Column("SoftwareVendor", "string", "Maker of the software"),
        Column("SoftwareName", "string", "Product name of the software"),
        Column("SoftwareVersion", "string", "Version the evidence belongs to"),
        Column("RegistryPaths", "dynamic", "Registry keys in which the software was seen"),
        Column("DiskPaths", "dynamic", "Folders in which the software was seen"),
        Column("LastSeenTime", "string", "When the software was last seen there"),
    ),
    key=("DeviceId", "SoftwareVendor", "SoftwareName", "SoftwareVersion"),
    required=("DeviceId", "SoftwareName", "LastSeenTime"),
    time="",
    partition="none",
    version=("LastSeenTime",),
)

DEVICE_TVM_SOFTWARE_VULNERABILITIES = Table(
    "DeviceTvmSoftwareVulnerabilities",
    "Vulnerabilities of the software installed on devices.",
    (
        Column("DeviceId", "string", "Sensor-assigned key of the device"),
        Column("DeviceName", "string", "FQDN of the device"),
        Column("OSPlatform", "string", "Operating-system family"),
        Column("OSVersion", "string", "Operating-system version"),
        Column("OSArchitecture", "string", "CPU architecture of the operating system"),
        Column("SoftwareVendor", "string", "Maker of the software"),
        Column("SoftwareName", "string", "Product name of the software"),
        Column("SoftwareVersion", "string", "Version that is installed"),
        Column("CveId", "string", "CVE number of the vulnerability"),
        Column("VulnerabilitySeverityLevel", "string", "Low, Medium, High or Critical"),
        Column("RecommendedSecurityUpdate", "string", "Name of the update that mends it"),
        Column("RecommendedSecurityUpdateId", "string", "Number of that update, e.g. a KB article"),
        Column("CveTags", "dynamic", "Marks on the vulnerability, such as ZeroDay or NoSecurityUpdate"),
    ),
    key=("DeviceId", "SoftwareVendor", "SoftwareName", "SoftwareVersion", "CveId"),
    required=("DeviceId", "CveId"),
    time="",
    partition="none",
)

DEVICE_TVM_SOFTWARE_VULNERABILITIES_KB = Table(
    "DeviceTvmSoftwareVulnerabilitiesKB",
    "Known vulnerabilities with score and exploits.",
    (
        Column("CveId", "string", "CVE number of the vulnerability"),
        Column("CvssScore", "string", "CVSS base score (0-10)"),
        Column("IsExploitAvailable", "bool", "Whether working exploit code is public"),
        Column("VulnerabilitySeverityLevel", "string", "Low, Medium, High or Critical"),
        Column("LastModifiedTime", "datetime", "When the object last changed"),
        Column("PublishedDate", "datetime", "When the vulnerability was made public"),
        Column("VulnerabilityDescription", "string", "What the vulnerability is and allows"),
        Column("AffectedSoftware", "dynamic", "Products and versions that have it"),
    ),
    key=("CveId",),
    required=("CveId", "CvssScore"),
    time="",
    partition="none",
    version=("LastModifiedTime",),
)

DEVICE_TVM_SECURE_CONFIGURATION_ASSESSMENT = Table(
    "DeviceTvmSecureConfigurationAssessment",
    "Each device checked against each security setting.",
    (
        Column("DeviceId", "string", "Sensor-assigned key of the device"),
        Column("DeviceName", "string", "FQDN of the device"),
        Column("OSPlatform", "string", "Operating-system family"),
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column("ConfigurationId", "string", "Key of the setting that was checked, e.g. scid-2010"),
        Column(
            "ConfigurationCategory",
            "string",
            "Area of the setting: Application, OS, Network, Accounts, Security controls",
        ),
        Column("ConfigurationSubcategory", "string", "Finer area of the setting"),
        Column("ConfigurationImpact", "real", "Weight of the setting in the score (1-10)"),
        Column("IsCompliant", "bool", "Compliance code of the device"),
        Column("IsApplicable", "bool", "Whether the setting applies to the device"),
        Column("Context", "dynamic", "Further facts of the check, e.g. the value found"),
        Column("IsExpectedUserImpact", "bool", "Whether people will notice when it is changed"),
    ),
    key=("DeviceId", "ConfigurationId", "Timestamp"),
    required=("DeviceId", "ConfigurationId", "ConfigurationImpact"),
)

DEVICE_TVM_SECURE_CONFIGURATION_ASSESSMENT_KB = Table(
    "DeviceTvmSecureConfigurationAssessmentKB",
    "Security settings that are checked, with risks and remedies.",
    (
        Column("ConfigurationId", "string", "Key of the setting, e.g. scid-2010"),
        Column("ConfigurationImpact", "real", "Weight of the setting in the score (1-10)"),
        Column("ConfigurationName", "string", "Name of the setting"),
        Column("ConfigurationDescription", "string", "What the setting does"),
        Column("RiskDescription", "string", "What can happen while it is not set"),
        Column(
            "ConfigurationCategory",
            "string",
            "Area of the setting: Application, OS, Network, Accounts, Security controls",
        ),
        Column("ConfigurationSubcategory", "string", "Finer area of the setting"),
        Column("ConfigurationBenchmarks", "dynamic", "Industry benchmarks that ask for it"),
        Column("Tags", "dynamic", "Tags on the identity"),
        Column("RemediationOptions", "string", "How to set it right"),
    ),
    key=("ConfigurationId",),
    required=("ConfigurationId", "RiskDescription"),
    time="",
    partition="none",
)

DEVICE_BASELINE_COMPLIANCE_ASSESSMENT = Table(
    "DeviceBaselineComplianceAssessment",
    "Each device checked against each setting of a baseline; the state as it is.",
    (
        Column("DeviceId", "string", "Sensor-assigned key of the device"),
        Column("DeviceName", "string", "FQDN of the device"),
        Column("OSPlatform", "string", "Operating-system family"),
        Column("OSVersion", "string", "Operating-system version"),
        Column("ConfigurationId", "string", "Key of the setting that was checked"),
        Column("ProfileId", "string", "Key of the baseline profile the check belongs to"),
        Column("IsCompliant", "bool", "Compliance code of the device"),
        Column("IsApplicable", "bool", "Whether the setting applies to the device"),
        Column("Source", "dynamic", "Registry keys or files the value was read from"),
        Column("RecommendedValue", "dynamic", "Values the benchmark accepts"),
        Column("CurrentValue", "dynamic", "Values found on the device"),
        Column("IsExempt", "bool", "Whether an exception spares the device from the check"),
    ),
    key=("DeviceId", "ConfigurationId", "ProfileId"),
    required=("DeviceId", "ConfigurationId", "ProfileId"),
    time="",
    partition="none",
)

DEVICE_BASELINE_COMPLIANCE_ASSESSMENT_KB = Table(
    "DeviceBaselineComplianceAssessmentKB",
    "Settings that baselines check, with reasons and remedies.",
    (
        Column("ConfigurationId", "string", "Key of the setting"),
        Column("ConfigurationName", "string", "Name of the setting"),
        Column("ConfigurationDescription", "string", "What the setting does"),
        Column("ConfigurationRationale", "string", "Why the benchmark wants it"),
        Column("ConfigurationCategory", "string", "Group of settings it belongs to"),
        Column("BenchmarkProfileLevels", "dynamic", "Levels of the benchmark that ask for it"),
        Column("CCEReference", "string", "Common Configuration Enumeration number"),
        Column("RemediationOptions", "string", "How to set it right"),
        Column("ConfigurationBenchmark", "string", "Benchmark it comes from, e.g. CIS or STIG"),
        Column("Source", "dynamic", "Registry keys or files the value is read from"),
        Column("RecommendedValue", "dynamic", "Values the benchmark accepts"),
    ),
    key=("ConfigurationId", "ConfigurationBenchmark"),
    required=("ConfigurationId", "ConfigurationBenchmark"),
    time="",
    partition="none",
)

DEVICE_BASELINE_COMPLIANCE_PROFILES = Table(
    "DeviceBaselineComplianceProfiles",
    "Baselines that devices are checked against.",
    (
        Column("ProfileId", "string", "Key of the baseline profile"),
        Column("ProfileName", "string", "Name of the profile"),
        Column("ProfileDescription", "string", "What the profile is for"),
        Column("OSPlatform", "dynamic", "Operating-system family"),
        Column("OSVersion", "string", "Operating-system version"),
        Column("BaseBenchmark", "string", "Benchmark the profile was made from, e.g. CIS or STIG"),
        Column("BenchmarkVersion", "string", "Version of that benchmark"),
        Column("BenchmarkProfileLevel", "string", "Level of the benchmark the profile asks for"),
        Column("Status", "bool", "Whether the profile is in use"),
        Column("CreatedBy", "string", "Person who made the profile"),
        Column("CreatedOn", "datetime", "When the profile was made"),
        Column("LastUpdatedBy", "string", "Person who last changed the profile"),
        Column("LastUpdatedOn", "datetime", "When the profile was last changed"),
    ),
    key=("ProfileId",),
    required=("ProfileId", "BaseBenchmark"),
    time="",
    partition="none",
    version=("LastUpdatedOn",),
)

DEVICE_TVM_BROWSER_EXTENSIONS = Table(
    "DeviceTvmBrowserExtensions",
    "Browser extensions found on devices.",
    (
        Column("DeviceId", "string", "Sensor-assigned key of the device"),
        Column("BrowserName", "string", "Browser that has the extension"),
        Column("ExtensionId", "string", "Key of the extension in the browser's store"),
        Column("ExtensionName", "string", "Name of the extension"),
        Column("ExtensionDescription", "string", "What the extension does, in its maker's words"),
        Column("ExtensionVersion", "string", "Version that is installed"),
        Column("ExtensionRisk", "string", "Risk of what the extension is allowed to do: Low to Critical"),
        Column("ExtensionVendor", "string", "Maker of the extension"),
        Column("IsActivated", "string", "Whether the extension is switched on"),
        Column("InstallationTime", "datetime", "When the extension was first installed"),
    ),
    key=("DeviceId", "BrowserName", "ExtensionId", "ExtensionVersion"),
    required=("DeviceId", "ExtensionId"),
    time="",
    partition="none",
)

DEVICE_TVM_BROWSER_EXTENSIONS_KB = Table(
    "DeviceTvmBrowserExtensionsKB",
    "Permissions that browser extensions ask for.",
    (
        Column("BrowserName", "string", "Browser the extension is for"),
        Column("ExtensionId", "string", "Key of the extension in the browser's store"),
        Column("ExtensionName", "string", "Name of the extension"),
        Column("ExtensionDescription", "string", "What the extension does, in its maker's words"),
        Column("ExtensionVersion", "dynamic", "Versions the entry covers"),
        Column("ExtensionRisk", "string", "Highest risk of its permissions: Low to Critical"),
        Column("PermissionId", "string", "Key of one permission the extension asks for"),
        Column("PermissionName", "string", "Name of that permission"),
        Column("PermissionDescription", "string", "What the permission allows"),
        Column("PermissionRisk", "string", "Risk of that permission: Low to Critical"),
        Column("IsPermissionRequired", "string", "Whether the extension cannot do without it"),
    ),
    key=("BrowserName", "ExtensionId", "ExtensionVersion", "PermissionId"),
    required=("ExtensionId", "PermissionId"),
    time="",
    partition="none",
)

DEVICE_TVM_CERTIFICATE_INFO = Table(
    "DeviceTvmCertificateInfo",
    "Certificates found on devices.",
    (
        Column("DeviceId", "string", "Sensor-assigned key of the device"),
        Column("Thumbprint", "string", "SHA-1 of the certificate"),
        Column("Path", "string", "Store or folder the certificate was found in"),
        Column("SerialNumber", "string", "Serial number given by the issuer"),
        Column("IssuedTo", "dynamic", "Name of the certificate's owner"),
        Column("IssuedBy", "dynamic", "Name of the issuing authority"),
        Column("FriendlyName", "string", "Name given to the certificate for people"),
        Column("SignatureAlgorithm", "string", "Algorithm the certificate is signed with"),
        Column("KeySize", "string", "Length of the key in bits"),
        Column("ExpirationDate", "string", "When the certificate ends to be valid"),
        Column("IssueDate", "string", "When the certificate begins to be valid"),
        Column("SubjectType", "string", "Authority (CA) or end entity"),
        Column("KeyUsage", "string", "What the key may be used for"),
        Column("ExtendedKeyUsage", "string", "Further purposes, such as server or client authentication"),
    ),
    key=("DeviceId", "Thumbprint", "Path"),
    required=("DeviceId", "Thumbprint"),
    time="",
    partition="none",
)

DEVICE_TVM_HARDWARE_FIRMWARE = Table(
    "DeviceTvmHardwareFirmware",
    "Hardware and firmware found in devices.",
    (
        Column("DeviceId", "string", "Sensor-assigned key of the device"),
        Column("DeviceName", "string", "FQDN of the device"),
        Column("ComponentType", "string", "Kind of component: hardware, BIOS, processor, ..."),
        Column("Manufacturer", "string", "Maker of the component"),
        Column("ComponentName", "string", "Model of the component"),
        Column("ComponentFamily", "string", "Product family of the component"),
        Column("ComponentVersion", "string", "Version of the firmware or component"),
        Column("AdditionalFields", "dynamic", "Spare property bag for whatever the fixed columns lack"),
    ),
    key=("DeviceId", "ComponentType", "Manufacturer", "ComponentName"),
    required=("DeviceId", "ComponentType"),
    time="",
    partition="none",
)

DEVICE_TVM_INFO_GATHERING = Table(
    "DeviceTvmInfoGathering",
    "Facts gathered from devices, such as the state of single protections.",
    (
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column("LastSeenTime", "datetime", "When the device last reported"),
        Column("DeviceId", "string", "Sensor-assigned key of the device"),
        Column("DeviceName", "string", "FQDN of the device"),
        Column("OSPlatform", "string", "Operating-system family"),
        Column("AdditionalFields", "dynamic", "Spare property bag for whatever the fixed columns lack"),
    ),
    key=("DeviceId", "Timestamp"),
    required=("DeviceId", "LastSeenTime", "AdditionalFields"),
    version=("LastSeenTime",),
)

DEVICE_TVM_INFO_GATHERING_KB = Table(
    "DeviceTvmInfoGatheringKB",
    "Facts that are gathered from devices, and what they mean.",
    (
        Column("IgId", "string", "Key of the fact that is gathered"),
        Column("FieldName", "string", "Name under which the fact stands in AdditionalFields"),
        Column("Description", "string", "Free-text account of what was seen"),
        Column("Categories", "dynamic", "Threat categories as a JSON list"),
        Column("DataStructure", "string", "Type of the fact's value"),
    ),
    key=("IgId",),
    required=("IgId", "FieldName"),
    time="",
    partition="none",
)

FAMILY = Family(
    "device_posture",
    "Endpoint posture",
    (
        DEVICE_TVM_SOFTWARE_INVENTORY,
        DEVICE_TVM_SOFTWARE_EVIDENCE_BETA,
        DEVICE_TVM_SOFTWARE_VULNERABILITIES,
        DEVICE_TVM_SOFTWARE_VULNERABILITIES_KB,
        DEVICE_TVM_SECURE_CONFIGURATION_ASSESSMENT,
        DEVICE_TVM_SECURE_CONFIGURATION_ASSESSMENT_KB,
        DEVICE_BASELINE_COMPLIANCE_ASSESSMENT,
        DEVICE_BASELINE_COMPLIANCE_ASSESSMENT_KB,
        DEVICE_BASELINE_COMPLIANCE_PROFILES,
        DEVICE_TVM_BROWSER_EXTENSIONS,
        DEVICE_TVM_BROWSER_EXTENSIONS_KB,
        DEVICE_TVM_CERTIFICATE_INFO,
        DEVICE_TVM_HARDWARE_FIRMWARE,
        DEVICE_TVM_INFO_GATHERING,
        DEVICE_TVM_INFO_GATHERING_KB,
    ),
)
