#+ fault: A place that speaks.
#+ also: [ClaimAgent, disjoint-classes, uttered-by-another]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :SpeechAccount sg:speaker ?old . }
INSERT { :SpeechAccount sg:speaker :Lake . }
WHERE { :SpeechAccount sg:speaker ?old . }
