#+ fault: A speech without a speaker.
#+ also: [uttered-by-another]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Speech sg:speaker ?old . }
INSERT {  }
WHERE { :Speech sg:speaker ?old . }
