#+ fault: A stance that responds to an actor.
#+ also: [disjoint-classes, unattributed-claim]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Contradicted sg:respondsTo ?old . }
INSERT { :Contradicted sg:respondsTo :Syldavia . }
WHERE { :Contradicted sg:respondsTo ?old . }
