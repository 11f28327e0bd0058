#+ fault: A condition without a consequent.
#+ also: [role-missing]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Conditional sg:consequent ?old . }
INSERT {  }
WHERE { :Conditional sg:consequent ?old . }
