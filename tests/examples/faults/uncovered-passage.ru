#+ fault: A heading without a reason.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Heading sg:noClaimReason ?old . }
INSERT {  }
WHERE { :Heading sg:noClaimReason ?old . }
