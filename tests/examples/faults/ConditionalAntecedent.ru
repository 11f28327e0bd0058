#+ fault: A condition without an antecedent.
#+ also: [role-missing]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Conditional sg:antecedent ?old . }
INSERT {  }
WHERE { :Conditional sg:antecedent ?old . }
