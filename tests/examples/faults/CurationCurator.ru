#+ fault: A judgement that nobody answers for.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Curation sg:curatedBy ?old . }
INSERT {  }
WHERE { :Curation sg:curatedBy ?old . }
