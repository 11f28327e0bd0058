#+ fault: A stance towards nobody that is described.
#+ also: [TargetValue]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Contradicted sg:target ?old . }
INSERT { :Contradicted sg:target :Nobody . }
WHERE { :Contradicted sg:target ?old . }
