#+ fault: An effect without a cause.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Causal sg:cause ?old . }
INSERT {  }
WHERE { :Causal sg:cause ?old . }
