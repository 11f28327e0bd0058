#+ fault: A cause without an effect.
#+ also: [role-missing]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Causal sg:effect ?old . }
INSERT {  }
WHERE { :Causal sg:effect ?old . }
