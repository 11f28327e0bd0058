#+ fault: One who takes part in the capacity of a post.
#+ also: [disjoint-classes, unattributed-claim]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Hearing sg:inCapacityOf ?old . }
INSERT { :Hearing sg:inCapacityOf :Post . }
WHERE { :Hearing sg:inCapacityOf ?old . }
