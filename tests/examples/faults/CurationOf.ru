#+ fault: A judgement on nothing.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Curation sg:curates ?old . }
INSERT {  }
WHERE { :Curation sg:curates ?old . }
