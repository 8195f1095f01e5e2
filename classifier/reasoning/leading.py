"""Which finding of a claim speaks first."""

from classifier.domain import CLAIM_TYPES, Confidence, Finding, Language, Severity

_SEVERITIES, _CONFIDENCES = list(Severity), list(Confidence)


def lead_finding(findings: tuple[Finding, ...], language: Language) -> Finding | None:
    """Give the finding to say first: of the most serious kind of claim, by the law nearest to the ad's language.

    Of equals, the most serious is said first, then the surest, and a law before a code.
    """
    if not findings:
        return None
    gravest = max(findings, key=lambda finding: (_SEVERITIES.index(finding.severity), -CLAIM_TYPES.index(finding.category)))
    return max((f for f in findings if f.category == gravest.category), key=lambda finding: _prominence(finding, language))


def _prominence(finding: Finding, language: Language) -> tuple[bool, int, int, bool, int]:
    pack = finding.rule_id.split(".")[0]
    is_near = (pack == "vn") != (language is Language.EN)
    severity, confidence = _SEVERITIES.index(finding.severity), _CONFIDENCES.index(finding.confidence)
    return (is_near, severity, confidence, pack != "common", -len(finding.marks))
