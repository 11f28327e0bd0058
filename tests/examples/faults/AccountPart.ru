#+ fault: An event that is part of an actor.
#+ also: [disjoint-classes, event-without-account]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :SpeechAccount sg:subEventOf ?old . }
INSERT { :SpeechAccount sg:subEventOf :Syldavia . }
WHERE { :SpeechAccount sg:subEventOf ?old . }
