#+ fault: A citation that does not say whether it was read.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Citation sg:verificationStatus ?old . }
INSERT {  }
WHERE { :Citation sg:verificationStatus ?old . }
