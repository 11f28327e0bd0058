#+ fault: Words in the capacity of a post.
#+ also: [disjoint-classes, unattributed-claim]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Inner sg:inCapacityOf ?old . }
INSERT { :Inner sg:inCapacityOf :Post . }
WHERE { :Inner sg:inCapacityOf ?old . }
