#+ fault: The reason why a passage has no claim has no language tag.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Heading sg:noClaimReason ?old . }
INSERT { :Heading sg:noClaimReason "a heading" . }
WHERE { :Heading sg:noClaimReason ?old . }
