"""Currencies (ISO 4217): codes, decimals and signs, as Unicode's CLDR has them. A test holds them equal to babel's.

Babel itself would hold whole languages in memory for these: a twentieth of all that a server has.
"""

ALL = """
ADP AED AFA AFN ALK ALL AMD ANG AOA AOK AON AOR ARA ARL ARM ARP ARS ATS AUD AWG AZM AZN BAD BAM BAN BBD BDT BEC BEF
BEL BGL BGM BGN BGO BHD BIF BMD BND BOB BOL BOP BOV BRB BRC BRE BRL BRN BRR BRZ BSD BTN BUK BWP BYB BYN BYR BZD CAD
CDF CHE CHF CHW CLE CLF CLP CNH CNX CNY COP COU CRC CSD CSK CUC CUP CVE CYP CZK DDM DEM DJF DKK DOP DZD ECS ECV EEK
EGP ERN ESA ESB ESP ETB EUR FIM FJD FKP FRF GBP GEK GEL GHC GHS GIP GMD GNF GNS GQE GRD GTQ GWE GWP GYD HKD HNL HRD
HRK HTG HUF IDR IEP ILP ILR ILS INR IQD IRR ISJ ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRH KRO KRW KWD KYD KZT LAK
LBP LKR LRD LSL LTL LTT LUC LUF LUL LVL LVR LYD MAD MAF MCF MDC MDL MGA MGF MKD MKN MLF MMK MNT MOP MRO MRU MTL MTP
MUR MVP MVR MWK MXN MXP MXV MYR MZE MZM MZN NAD NGN NIC NIO NLG NOK NPR NZD OMR PAB PEI PEN PES PGK PHP PKR PLN PLZ
PTE PYG QAR RHD ROL RON RSD RUB RUR RWF SAR SBD SCR SDD SDG SDP SEK SGD SHP SIT SKK SLE SLL SOS SRD SRG SSP STD STN
SUR SVC SYP SZL THB TJR TJS TMM TMT TND TOP TPE TRL TRY TTD TWD TZS UAH UAK UGS UGX USD USN USS UYI UYP UYU UYW UZS
VEB VED VEF VES VND VNN VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XEU XFO XFU XOF XPD XPF XPT XRE XSU XTS XUA
XXX YDD YER YUD YUM YUN YUR ZAL ZAR ZMK ZMW ZRN ZRZ ZWD ZWG ZWL ZWR
"""
WITHOUT_DECIMALS = """
ADP AFN ALL BIF BYR CLP DJF ESP GNF IQD IRR ISK ITL JPY KMF KPW KRW LAK LBP LUF MGA MGF MMK MRO PYG RSD RWF SLL SOS
STD SYP TMM TRL UGX UYI VND VUV XAF XOF XPF YER ZMK ZWD
"""

CODES = frozenset(ALL.split())
"""Also of those that are no more: a published file stays right."""

DECIMALS = {
    **dict.fromkeys(WITHOUT_DECIMALS.split(), 0),
    **dict.fromkeys(("BHD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Of a currency's minor unit, where they are not MOST_HAVE."""
MOST_HAVE = 2

SIGNS = {
    "AUD": ("AU$", "A$"),
    "BRL": ("R$", "R$"),
    "CAD": ("CA$", "CA$"),
    "CNY": ("¥", "CN¥"),
    "EUR": ("€", "€"),
    "GBP": ("£", "£"),
    "HKD": ("HK$", "HK$"),
    "ILR": ("ILS", "ILR"),
    "ILS": ("₪", "₪"),
    "INR": ("₹", "₹"),
    "JPY": ("JP¥", "¥"),
    "KRW": ("₩", "₩"),
    "MXN": ("MX$", "MX$"),
    "NZD": ("NZ$", "NZ$"),
    "PHP": ("PHP", "₱"),
    "TWD": ("NT$", "NT$"),
    "USD": ("US$", "$"),
    "VND": ("₫", "₫"),
    "XAF": ("FCFA", "FCFA"),
    "XCD": ("EC$", "EC$"),
    "XCG": ("Cg.", "Cg."),
    "XOF": ("F\u202fCFA", "F\u202fCFA"),
    "XPF": ("CFPF", "CFPF"),
    "XXX": ("XXX", "¤"),
}
"""What stands before an amount in Chinese and in English, where it is not the code."""


def sign_of(currency: str) -> tuple[str, str]:
    """In Chinese and in English."""
    return SIGNS.get(currency, (currency, currency))
