#+ fault: A level of another scheme.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX part: <https://w3id.org/stancegraph/id/part/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Hearing sg:representationLevel ?old . }
INSERT { :Hearing sg:representationLevel part:Guest . }
WHERE { :Hearing sg:representationLevel ?old . }
