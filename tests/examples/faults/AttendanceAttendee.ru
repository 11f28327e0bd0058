#+ fault: An attendance without an attendee.
#+ also: [participation-of-nobody]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Hearing sg:attendee ?old . }
INSERT {  }
WHERE { :Hearing sg:attendee ?old . }
