#+ fault: A curation that a stretch of time reviewed.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Curation sg:reviewedBy ?old . }
INSERT { :Curation sg:reviewedBy :May . }
WHERE { :Curation sg:reviewedBy ?old . }
