#+ fault: A stance that shifts from an actor.
#+ also: [disjoint-classes, unattributed-claim]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Contradicted sg:shiftsFrom ?old . }
INSERT { :Contradicted sg:shiftsFrom :Syldavia . }
WHERE { :Contradicted sg:shiftsFrom ?old . }
