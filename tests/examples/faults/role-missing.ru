#+ fault: A move of nobody knows what.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Reason sg:patient ?old . }
INSERT {  }
WHERE { :Reason sg:patient ?old . }
