#+ fault: A last day that is no date.
#+ also: [TimeEarliestBegin]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Spring sg:latestEnd ?old . }
INSERT { :Spring sg:latestEnd "summer" . }
WHERE { :Spring sg:latestEnd ?old . }
