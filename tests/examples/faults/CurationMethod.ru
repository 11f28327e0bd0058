#+ fault: A judgement without a method.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Curation sg:curationMethod ?old . }
INSERT {  }
WHERE { :Curation sg:curationMethod ?old . }
