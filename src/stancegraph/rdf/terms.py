"""The ontology terms that Python code names, each once, by a prefixed name that `stancegraph ontology rename` finds.

Queries in SPARQL name their terms themselves, under ``lookups/`` and ``queries/``.
"""

from __future__ import annotations

from typing import Final

from stancegraph.rdf.namespaces import PREFIXES

_SG = PREFIXES["sg"]


def _iri(name: str) -> str:
    return _SG + name.removeprefix("sg:")


def local_name(iri: str) -> str:
    """Return *iri* without the namespace of the ontology: ``holder`` for ``sg:holder``."""
    return iri.removeprefix(_SG)


ACTOR: Final = _iri("sg:Actor")
AMBIGUITY: Final = _iri("sg:Ambiguity")
ATTRIBUTION: Final = _iri("sg:Attribution")
CITATION: Final = _iri("sg:Citation")
CLAIM: Final = _iri("sg:Claim")
CONFLICT: Final = _iri("sg:Conflict")
CURATION: Final = _iri("sg:Curation")
EVENT: Final = _iri("sg:Event")
EXTERNAL_STATEMENT: Final = _iri("sg:ExternalStatement")
FORUM: Final = _iri("sg:Forum")
ISSUE: Final = _iri("sg:Issue")
MENTION: Final = _iri("sg:Mention")
PASSAGE: Final = _iri("sg:Passage")
PLACE: Final = _iri("sg:Place")
POLICY: Final = _iri("sg:Policy")
POST: Final = _iri("sg:Post")
PUBLICATION: Final = _iri("sg:Publication")
RETRIEVAL: Final = _iri("sg:Retrieval")
TIME_SPAN: Final = _iri("sg:TimeSpan")

AFFILIATED_WITH: Final = _iri("sg:affiliatedWith")
AGENT: Final = _iri("sg:agent")
ASKED_ABOUT: Final = _iri("sg:askedAbout")
ATTITUDE: Final = _iri("sg:attitude")
ATTRIBUTE: Final = _iri("sg:attribute")
ATTRIBUTED_TO: Final = _iri("sg:attributedTo")
ATTRIBUTION_MODE: Final = _iri("sg:attributionMode")
CERTAINTY: Final = _iri("sg:certainty")
CHAR_END: Final = _iri("sg:charEnd")
CHAR_START: Final = _iri("sg:charStart")
CITING_PUBLICATION: Final = _iri("sg:citingPublication")
CONCERNS: Final = _iri("sg:concerns")
COUNTER_EVIDENCE: Final = _iri("sg:counterEvidence")
CURATED_BY: Final = _iri("sg:curatedBy")
CURATED_ON: Final = _iri("sg:curatedOn")
CURATES: Final = _iri("sg:curates")
CURATION_RANK: Final = _iri("sg:curationRank")
CURATION_REASON: Final = _iri("sg:curationReason")
EARLIEST_BEGIN: Final = _iri("sg:earliestBegin")
EARLIEST_END: Final = _iri("sg:earliestEnd")
FACT_KIND: Final = _iri("sg:factKind")
FORMER_IRI: Final = _iri("sg:formerIri")
HOLDER: Final = _iri("sg:holder")
IN_CAPACITY_OF: Final = _iri("sg:inCapacityOf")
IN_PUBLICATION: Final = _iri("sg:inPublication")
ISSUE_PROPERTY: Final = _iri("sg:issue")
LATEST_BEGIN: Final = _iri("sg:latestBegin")
LATEST_END: Final = _iri("sg:latestEnd")
MANNER: Final = _iri("sg:manner")
MENTIONED_IN: Final = _iri("sg:mentionedIn")
MODALITY: Final = _iri("sg:modality")
NO_CLAIM_REASON: Final = _iri("sg:noClaimReason")
ON_BEHALF_OF: Final = _iri("sg:onBehalfOf")
PARAGRAPH_NUMBER: Final = _iri("sg:paragraphNumber")
PASSAGE_KIND: Final = _iri("sg:passageKind")
POLARITY: Final = _iri("sg:polarity")
POSITION: Final = _iri("sg:position")
PREDICATE: Final = _iri("sg:predicate")
PUBLISHED_BY: Final = _iri("sg:publishedBy")
PUTS_FORWARD: Final = _iri("sg:putsForward")
QUERY_TEXT: Final = _iri("sg:queryText")
QUESTION: Final = _iri("sg:question")
QUOTED_WORDS: Final = _iri("sg:quotedWords")
RETRIEVAL_OF: Final = _iri("sg:retrieval")
RETRIEVED_FROM: Final = _iri("sg:retrievedFrom")
RETRIEVED_ON: Final = _iri("sg:retrievedOn")
SECTION: Final = _iri("sg:section")
SENTENCE_NUMBER: Final = _iri("sg:sentenceNumber")
SHA256: Final = _iri("sg:sha256")
STATED_IN: Final = _iri("sg:statedIn")
STATED_OF: Final = _iri("sg:statedOf")
STATED_RANK: Final = _iri("sg:statedRank")
STATED_SPAN: Final = _iri("sg:statedSpan")
STATED_THING: Final = _iri("sg:statedThing")
STATED_VALUE: Final = _iri("sg:statedValue")
TARGET: Final = _iri("sg:target")
TEXT_SHA256: Final = _iri("sg:textSha256")
UTTERED_IN: Final = _iri("sg:utteredIn")
VERIFICATION_STATUS: Final = _iri("sg:verificationStatus")
VIA_CITATION: Final = _iri("sg:viaCitation")
