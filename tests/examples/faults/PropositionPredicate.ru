#+ fault: A proposition without a predicate.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Reason sg:predicate ?old . }
INSERT {  }
WHERE { :Reason sg:predicate ?old . }
