#+ fault: Words uttered in the speech of another.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :SpeechAccount sg:speaker ?old . }
INSERT { :SpeechAccount sg:speaker :Envoy . }
WHERE { :SpeechAccount sg:speaker ?old . }
