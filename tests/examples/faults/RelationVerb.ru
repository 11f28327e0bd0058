#+ fault: A relation type without a verb.
PREFIX relation: <https://w3id.org/stancegraph/id/relation/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/vocabulary>
DELETE { relation:Attacks sg:verb ?old . }
INSERT {  }
WHERE { relation:Attacks sg:verb ?old . }
