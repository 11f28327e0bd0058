#+ fault: A congress later than the report of it.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :ConferenceAccount sg:happened ?old . }
INSERT { :ConferenceAccount sg:happened :June . }
WHERE { :ConferenceAccount sg:happened ?old . }
