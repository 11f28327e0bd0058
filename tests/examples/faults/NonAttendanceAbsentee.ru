#+ fault: An absence of nobody.
#+ also: [participation-of-nobody]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Absence sg:absentee ?old . }
INSERT {  }
WHERE { :Absence sg:absentee ?old . }
