#+ fault: An event that takes place in a person.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :ConferenceAccount sg:takesPlaceIn ?old . }
INSERT { :ConferenceAccount sg:takesPlaceIn :Rudolf . }
WHERE { :ConferenceAccount sg:takesPlaceIn ?old . }
