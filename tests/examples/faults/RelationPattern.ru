#+ fault: A sentence without a verb.
PREFIX relation: <https://w3id.org/stancegraph/id/relation/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/vocabulary>
DELETE { relation:Attacks sg:sentencePattern ?old . }
INSERT { relation:Attacks sg:sentencePattern "{agent} {patient}"@en . }
WHERE { relation:Attacks sg:sentencePattern ?old . }
