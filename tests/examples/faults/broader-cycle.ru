#+ fault: Two concepts, each broader than the other.
PREFIX issue: <https://w3id.org/stancegraph/id/issue/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
WITH <https://w3id.org/stancegraph/graph/vocabulary>
DELETE {  }
INSERT { issue:Security skos:broader issue:Terrorism . }
WHERE {  }
