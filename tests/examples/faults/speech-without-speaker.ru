#+ fault: A speech in which nobody speaks.
#+ also: [uttered-by-another]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :SpeechAccount sg:speaker ?old . }
INSERT {  }
WHERE { :SpeechAccount sg:speaker ?old . }
