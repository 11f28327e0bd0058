#+ fault: A speech later than the report of it.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :SpeechAccount sg:happened ?old . }
INSERT { :SpeechAccount sg:happened :June . }
WHERE { :SpeechAccount sg:happened ?old . }
