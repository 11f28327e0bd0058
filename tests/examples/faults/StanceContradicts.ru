#+ fault: A stance that contradicts a proposition.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Stance sg:contradicts ?old . }
INSERT { :Stance sg:contradicts :War . }
WHERE { :Stance sg:contradicts ?old . }
